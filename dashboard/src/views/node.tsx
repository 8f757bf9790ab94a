import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { NodeLive } from "../api/types.ts";
import { Chart, gap } from "../charts/chart.tsx";
import { bytes, number, percent, span } from "../figures/format.ts";
import type { Feed } from "../live/feed.ts";
import type { NodeMoment } from "../live/history.ts";
import { Badge, Card, Empty, Tile } from "./parts.tsx";

const TONES = { normal: "good", elevated: "quiet", high: "warn", critical: "bad" };

/** The words of what one look at the machine showed, with how each is written. */
const SAMPLES: readonly [key: string, name: string, format: (value: number) => string][] = [
  ["machineShare", "CPU busy, all users", percent],
  ["ownShare", "CPU busy, this process", percent],
  ["foreignShare", "CPU busy, others", percent],
  ["programShare", "CPU busy, threads of neither Weft nor the JVM", percent],
  ["runnablePerCore", "Tasks that run or wait, per core", number],
  ["cpuStallShare", "Time in which a task waited for a core", percent],
  ["memoryAvailableShare", "Memory to be had without swapping", percent],
  ["memoryStallShare", "Time in which a task waited for memory", percent],
  ["heapUsedShare", "Heap in use", percent],
  ["tensorMemoryShare", "Tensor memory in use", percent],
  ["timerLagMillis", "Timer late by", (value) => `${number(value)} ms`],
];

/** The machine and the process: CPU, memory, heat. */
export function Node({ feed }: { feed: Feed }): JSX.Element {
  const node = feed.snapshot?.node;
  return (
    <>
      <h2>Node</h2>
      {node === undefined ? (
        <Empty>Figures come with the first second.</Empty>
      ) : (
        <Known node={node} moments={feed.history.node} />
      )}
    </>
  );
}

function Known({ node, moments }: { node: NodeLive; moments: NodeMoment[] }): JSX.Element {
  const hottest = Math.max(...Object.values(node.celsius));
  return (
    <>
      <p class="lead">
        Weft {node.version}, process {node.pid}, up for {span(node.upSeconds)}, {node.loops}{" "}
        inference loops. Load is <Badge tone={TONES[node.level]}>{node.level}</Badge>
        {node.pausedLanes.length > 0 && ` Lanes that wait: ${node.pausedLanes.join(", ")}.`}
      </p>
      <div class="tiles">
        <Tile
          name="CPU"
          value={percent(node.sample["machineShare"])}
          note={`own ${percent(node.sample["ownShare"])}`}
        />
        <Tile name="Memory free" value={percent(node.sample["memoryAvailableShare"])} />
        <Tile
          name="Heap"
          value={bytes(node.heap.usedBytes)}
          note={`of ${bytes(node.heap.maxBytes)}`}
        />
        <Tile
          name="Tensors"
          value={bytes(node.tensors.heldBytes)}
          note={`of ${bytes(node.tensors.maxBytes)}, peak ${bytes(node.tensors.peakBytes)}`}
        />
        {Number.isFinite(hottest) && <Tile name="Hottest" value={`${number(hottest)} °C`} />}
      </div>
      <div class="two">
        <Card title="CPU">
          <Cpu moments={moments} />
        </Card>
        <Card title="Memory">
          <Memory moments={moments} />
        </Card>
      </div>
      <div class="two">
        <Variants bytesOf={node.variantBytes} />
        {Number.isFinite(hottest) && (
          <Card title="Temperature" note="as the operating system tells">
            <Bars rows={Object.entries(node.celsius)} format={(value) => `${number(value)} °C`} />
          </Card>
        )}
      </div>
      <Card
        title="Pressure"
        note={
          Number.isFinite(hottest)
            ? "the last look at the machine; what it cannot tell is left out"
            : "the last look at the machine, which tells no temperature"
        }
      >
        {Object.keys(node.sample).length === 0 && (
          <Empty>The load of this machine is not watched: weft.fabric.load.enabled is off.</Empty>
        )}
        <table>
          <tbody>
            {SAMPLES.map(([key, name, format]) => {
              const value = node.sample[key];
              return value === undefined ? null : (
                <tr key={key}>
                  <th scope="row">{name}</th>
                  <td class="num">{format(value)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Card>
    </>
  );
}

function Cpu({ moments }: { moments: NodeMoment[] }): JSX.Element {
  const data = useMemo(
    () => [
      moments.map((each) => each.at),
      moments.map((each) => gap(each.cpu)),
      moments.map((each) => gap(each.own)),
    ],
    [moments],
  );
  return (
    <Chart
      label="CPU over the last two minutes: of all, and of this process"
      lines={[
        { label: "all", colour: "line-2" },
        { label: "this process", colour: "line-1", fill: true },
      ]}
      data={data}
      format={percent}
      atLeast={1}
    />
  );
}

function Memory({ moments }: { moments: NodeMoment[] }): JSX.Element {
  const data = useMemo(
    () => [
      moments.map((each) => each.at),
      moments.map((each) => each.heap),
      moments.map((each) => each.tensors),
    ],
    [moments],
  );
  return (
    <Chart
      label="Memory over the last two minutes: heap and tensors"
      lines={[
        { label: "heap", colour: "line-2" },
        { label: "tensors", colour: "line-1", fill: true },
      ]}
      data={data}
      format={bytes}
      atLeast={1 << 20}
    />
  );
}

/** Variants with memory of their own; stages in plain Java have none. */
function Variants({ bytesOf }: { bytesOf: Record<string, number> }): JSX.Element {
  const all = Object.entries(bytesOf);
  const own = all.filter(([, value]) => value > 0);
  return (
    <Card title="Memory by variant" note="outside the heap, as each stage tells">
      {own.length > 0 && <Bars rows={own} format={bytes} />}
      {own.length < all.length && (
        <p class="soft">{`${all.length - own.length} of ${all.length} loaded variants hold none.`}</p>
      )}
    </Card>
  );
}

function Bars(props: { rows: [string, number][]; format: (value: number) => string }): JSX.Element {
  const most = Math.max(1, ...props.rows.map(([, value]) => value));
  const rows = [...props.rows].sort((a, b) => b[1] - a[1]);
  return (
    <table class="bars">
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="wide">
              <i class="bar" style={{ width: `${(value / most) * 100}%` }} />
            </td>
            <td class="num">{props.format(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
