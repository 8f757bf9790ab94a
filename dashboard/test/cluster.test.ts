import { describe, expect, it } from "vitest";
import type { ClusterMember, ClusterNode, ClusterSeen } from "../src/api/types.ts";
import { records, sites, standing } from "../src/figures/cluster.ts";

function node(name: string, actors: string, more: Partial<ClusterNode> = {}): ClusterNode {
  return {
    node: name,
    role: "edge",
    class: "standard",
    process: 1,
    actors,
    link: "10.0.0.1:25521",
    zones: [],
    pipelines: [],
    variants: [],
    load: 0,
    cpu: 0,
    memoryFreeBytes: 0,
    mirrored: [],
    ...more,
  };
}

function member(site: string, actors: string, more: Partial<ClusterMember> = {}): ClusterMember {
  return { site, actors, status: "Up", reached: true, ...more };
}

const SEEN: ClusterSeen = {
  offered: true,
  seenBy: "shop/a",
  members: [
    member("region", "r:1"),
    member("shop", "b:1", { reached: false }),
    member("shop", "a:1"),
    member("depot", "d:1", { status: "Leaving" }),
  ],
  nodes: [node("shop/a", "a:1"), node("region/r", "r:1"), node("depot/gone", "x:1")],
  frames: {},
};

describe("the sites of a cluster", () => {
  it("begin with that of who tells, and have their nodes by name", () => {
    expect(sites(SEEN).map((site) => [site.site, site.nodes.map((each) => each.name)])).toEqual([
      ["shop", ["b:1", "shop/a"]],
      ["depot", ["d:1", "depot/gone"]],
      ["region", ["region/r"]],
    ]);
  });

  it("are told apart where their actors have one address, as of linked sites", () => {
    const linked = member("kiosk", "a:1", { linked: true });
    const seen = {
      ...SEEN,
      members: [...SEEN.members, linked],
      nodes: [...SEEN.nodes, node("kiosk/box", "a:1")],
    };
    const kiosk = sites(seen).find((site) => site.site === "kiosk");
    expect(kiosk?.nodes.map((each) => [each.name, standing(each).word])).toEqual([
      ["kiosk/box", "up, linked"],
    ]);
  });

  it("count as reached who is a member that is reached and was heard", () => {
    expect(sites(SEEN).map((site) => site.reached)).toEqual([1, 0, 1]);
  });
});

describe("how a node stands", () => {
  it("is told of members and of those that are none", () => {
    const words = sites(SEEN).flatMap((site) => site.nodes.map((each) => standing(each).word));
    expect(words).toEqual(["not reached", "up", "not heard", "no member", "up"]);
  });

  it("is its status where that is not up", () => {
    const leaving = { name: "d", member: member("depot", "d:1", { status: "Leaving" }) };
    expect(standing({ ...leaving, node: node("depot/d", "d:1") }).word).toBe("leaving");
  });
});

describe("records of a node", () => {
  const buffer = { alone: false, inStep: true, lagNumbers: 0, lagBytes: 0, standby: "shop/b" };

  it("are at its standby while that is in step", () => {
    expect(records(node("shop/a", "a:1", { buffer }))).toBe("also at shop/b");
    expect(records(node("shop/a", "a:1", { buffer: { ...buffer, inStep: false } }))).toBe(
      "alone, followed by shop/b",
    );
    expect(
      records(node("shop/a", "a:1", { buffer: { ...buffer, inStep: false, alone: true } })),
    ).toBe("alone");
  });

  it("of a lost node are sent by who mirrors them", () => {
    const mirrored = [{ owner: "shop/b", takingOver: true }];
    expect(records(node("shop/a", "a:1", { mirrored }))).toBe("sends for shop/b");
    expect(records(node("shop/a", "a:1", { buffer, mirrored }))).toBe(
      "also at shop/b; sends for shop/b",
    );
    expect(records(node("shop/a", "a:1"))).toBe("");
  });
});
