import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { cluster as askCluster } from "../api/client.ts";
import type { ClusterSeen } from "../api/types.ts";
import { records, type Seen, type SiteSeen, sites, standing } from "../figures/cluster.ts";
import { bytes, number, percent } from "../figures/format.ts";
import { Badge, Card, Empty, Problem, Tile, useAsked, useHeld } from "./parts.tsx";

const EVERY_MILLIS = 2_000;

/** Sites that are drawn at once; what is looked for by name is found among all. */
const SHOWN_MAX = 50;

/** The ways of frames, with what each means. */
const WAYS: readonly [way: string, meaning: string][] = [
  ["here", "ran here, where their session lives or as it lives nowhere"],
  ["away", "ran at another node"],
  ["taken", "ran here for other nodes"],
  ["unreached", "ran here, as the node of their session was not reached"],
  ["kept", "ran here, as they may not be where their session lives"],
  ["lost", "were sent to a node that did not answer"],
  ["refused", "did not run, as they may not be where they could"],
];

/** The sites and nodes that this one sees. */
export function Cluster(): JSX.Element {
  const asked = useAsked(askCluster, "cluster", EVERY_MILLIS);
  const seen = useHeld(asked.value);
  return (
    <>
      <h2>Cluster</h2>
      <Problem message={asked.problem} />
      {seen !== undefined &&
        (seen.offered ? (
          <Known cluster={seen} />
        ) : (
          <Empty>
            This server is no node of a cluster. <code>weft node</code> starts one.
          </Empty>
        ))}
    </>
  );
}

function Known({ cluster }: { cluster: ClusterSeen }): JSX.Element {
  const [typed, setTyped] = useState("");
  const all = sites(cluster);
  const away = cluster.members.filter((member) => !member.reached).length;
  const found = all.filter(
    (site) =>
      site.site.includes(typed.trim()) ||
      site.nodes.some((node) => node.name.includes(typed.trim())),
  );
  return (
    <>
      <p class="lead">{`As ${cluster.seenBy} sees it.`}</p>
      <div class="tiles">
        <Tile name="Sites" value={number(all.length)} />
        <Tile name="Members" value={number(cluster.members.length)} />
        <Tile name="Not reached" value={number(away)} tone={away > 0 ? "bad" : ""} />
        <Tile name="Heard of late" value={number(cluster.nodes.length)} />
      </div>
      <form class="find" role="search" onSubmit={(e) => e.preventDefault()}>
        <label>
          Site or node{" "}
          <input
            name="site"
            type="search"
            placeholder="part of its name"
            value={typed}
            onInput={(e) => setTyped(e.currentTarget.value)}
          />
        </label>
        <span class="soft">{`${found.length} of ${all.length} sites`}</span>
      </form>
      {found.slice(0, SHOWN_MAX).map((site) => (
        <Site key={site.site} site={site} />
      ))}
      {found.length > SHOWN_MAX && (
        <p class="soft">{`${found.length - SHOWN_MAX} more; type more of the name.`}</p>
      )}
      <Card title="Frames" note="that came to this node since it started, by the way they went">
        <table>
          <tbody>
            {WAYS.map(([way, meaning]) => (
              <tr key={way}>
                <th scope="row">{way}</th>
                <td class="soft">{meaning}</td>
                <td class="num">{number(cluster.frames[way] ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
    </>
  );
}

function Site({ site }: { site: SiteSeen }): JSX.Element {
  return (
    <Card title={site.site} note={`${site.reached} of ${site.nodes.length} reached`}>
      <div class="scroll" tabIndex={0} role="group" aria-label={`Nodes of ${site.site}`}>
        <table class="flags">
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">Stands</th>
              <th scope="col">Role</th>
              <th scope="col" class="num">
                Load
              </th>
              <th scope="col" class="num">
                CPU
              </th>
              <th scope="col" class="num">
                Tensor memory free
              </th>
              <th scope="col" class="num">
                Hottest
              </th>
              <th scope="col">Runs</th>
              <th scope="col">Records</th>
            </tr>
          </thead>
          <tbody>
            {site.nodes.map((node) => (
              <Row key={node.name} seen={node} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Row({ seen }: { seen: Seen }): JSX.Element {
  const { node } = seen;
  const { word, tone } = standing(seen);
  return (
    <tr>
      <th scope="row">
        {seen.name}
        {node !== undefined && (
          <span class="soft below">{`link ${node.link}, process ${node.process}`}</span>
        )}
      </th>
      <td>
        <Badge tone={tone}>{word}</Badge>
      </td>
      <td>{node === undefined ? "–" : `${node.role}, ${node.class}`}</td>
      <td class="num">{percent(node?.load)}</td>
      <td class="num">{percent(node?.cpu)}</td>
      <td class="num">{node === undefined ? "–" : bytes(node.memoryFreeBytes)}</td>
      <td class="num">{node?.celsius === undefined ? "–" : `${number(node.celsius)} °C`}</td>
      <td>{node === undefined ? "–" : node.variants.join(", ")}</td>
      <td>{node === undefined ? "–" : records(node)}</td>
    </tr>
  );
}
