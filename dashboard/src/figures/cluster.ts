import type { ClusterMember, ClusterNode, ClusterSeen } from "../api/types.ts";

/** A member of a cluster with what it told of itself, if anything was heard of it of late. */
export interface Seen {
  /** By its name; where nothing was heard, by the address of its actors. */
  name: string;
  member: ClusterMember | undefined;
  node: ClusterNode | undefined;
}

export interface SiteSeen {
  site: string;
  nodes: Seen[];
  reached: number;
}

/** The sites of a cluster by name, that of who tells first; each with its nodes by name. */
export function sites(cluster: ClusterSeen): SiteSeen[] {
  const home = siteOf(cluster.seenBy);
  const bySite = new Map<string, Seen[]>();
  const add = (site: string, seen: Seen): void => {
    bySite.set(site, [...(bySite.get(site) ?? []), seen]);
  };
  // Actors of two linked sites may have one address.
  const told = new Map(cluster.nodes.map((node) => [`${siteOf(node.node)} ${node.actors}`, node]));
  for (const member of cluster.members) {
    const key = `${member.site} ${member.actors}`;
    const node = told.get(key);
    told.delete(key);
    add(member.site, { name: node?.node ?? member.actors, member, node });
  }
  for (const node of told.values()) {
    add(siteOf(node.node), { name: node.node, member: undefined, node });
  }
  return [...bySite.entries()]
    .map(([site, nodes]) => ({
      site,
      nodes: nodes.sort((a, b) => (a.name < b.name ? -1 : 1)),
      reached: nodes.filter(isReached).length,
    }))
    .sort((a, b) => rank(a, home) - rank(b, home) || (a.site < b.site ? -1 : 1));
}

function siteOf(node: string): string {
  return node.slice(0, node.indexOf("/"));
}

function rank(site: SiteSeen, home: string): number {
  return site.site === home ? 0 : 1;
}

export function isReached(seen: Seen): boolean {
  return seen.member?.reached === true && seen.node !== undefined;
}

/** How a node stands, as a word and a tone. */
export function standing(seen: Seen): { word: string; tone: "good" | "warn" | "bad" | "quiet" } {
  if (seen.member === undefined) {
    return { word: "no member", tone: "warn" };
  }
  if (!seen.member.reached) {
    return { word: "not reached", tone: "bad" };
  }
  if (seen.node === undefined) {
    return { word: "not heard", tone: "warn" };
  }
  return seen.member.status === "Up"
    ? { word: seen.member.linked === true ? "up, linked" : "up", tone: "good" }
    : { word: seen.member.status.toLowerCase(), tone: "quiet" };
}

/** Where a node's records are beside its own disk; empty if it keeps none. */
export function records(node: ClusterNode): string {
  const { buffer } = node;
  const over = node.mirrored.filter((each) => each.takingOver).map((each) => each.owner);
  const takes = over.length === 0 ? "" : `sends for ${over.join(", ")}`;
  if (buffer === undefined) {
    return takes;
  }
  const kept = buffer.inStep
    ? `also at ${buffer.standby ?? "–"}`
    : buffer.standby === undefined || buffer.alone
      ? "alone"
      : `alone, followed by ${buffer.standby}`;
  return takes === "" ? kept : `${kept}; ${takes}`;
}
