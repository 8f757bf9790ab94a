import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { pipelines as askPipelines } from "../api/client.ts";
import type { LaneLive, Pipeline, PipelineLive } from "../api/types.ts";
import { Chart, gap } from "../charts/chart.tsx";
import { Heat } from "../charts/heat.tsx";
import { millis, number, rate, words } from "../figures/format.ts";
import { Graph } from "../graph/graph.tsx";
import type { Feed } from "../live/feed.ts";
import { type Moment, total } from "../live/history.ts";
import { Badge, Card, Empty, Problem, Tile, useAsked, useHeld } from "./parts.tsx";

interface Props {
  feed: Feed;
  /** The pipeline of the address; empty for the first. */
  chosen: string;
}

/** What is deployed and how it goes: the graph, its lanes, and their latencies. */
export function Pipelines({ feed, chosen }: Props): JSX.Element {
  // What runs changes rarely; each event may be such a change.
  const asked = useAsked(askPipelines, `pipelines ${feed.snapshot?.lastEvent ?? 0}`, 15_000);
  const held = useHeld(asked.value);
  const pipeline = held?.find((each) => each.name === chosen) ?? held?.[0];
  const live = feed.snapshot?.pipelines.find((each) => each.name === pipeline?.name);
  return (
    <>
      <h2>Pipelines</h2>
      <Problem message={asked.problem} />
      {held?.length === 0 && <Empty>Nothing is deployed.</Empty>}
      {held !== undefined && held.length > 1 && (
        <nav class="tabs" aria-label="Pipelines">
          {held.map((each) => (
            <a
              key={each.name}
              href={`#/pipelines/${encodeURIComponent(each.name)}`}
              aria-current={each === pipeline ? "page" : undefined}
            >
              {each.name}{" "}
              <span class="soft">
                {rate(
                  feed.snapshot?.pipelines.find((one) => one.name === each.name)?.perSecond ?? 0,
                )}
              </span>
            </a>
          ))}
        </nav>
      )}
      {pipeline !== undefined && (
        <One
          key={pipeline.name}
          pipeline={pipeline}
          live={live}
          moments={feed.history.pipelines.get(pipeline.name) ?? []}
          bounds={feed.snapshot?.heatBoundsMillis ?? []}
        />
      )}
    </>
  );
}

function One(props: {
  pipeline: Pipeline;
  live: PipelineLive | undefined;
  moments: Moment[];
  bounds: number[];
}): JSX.Element {
  const { pipeline, live, moments } = props;
  return (
    <>
      <p class="lead">
        {pipeline.summary} <span class="soft">Owner: {pipeline.owner}</span>
      </p>
      <Tiles pipeline={pipeline} live={live} />
      <Card title="Graph" note={gates(pipeline)}>
        <Graph pipeline={pipeline} live={live} />
      </Card>
      <Card title="Lanes" note="frames per second; quantiles of the last ten seconds">
        <Lanes live={live} />
      </Card>
      <div class="two">
        <Card title="Frames per second">
          <Flow moments={moments} />
        </Card>
        <Card title="Latency" note="the slowest lane">
          <Latency moments={moments} />
        </Card>
      </div>
      <Card title="Latency heat map" note="two minutes, a column a second">
        <Heat moments={moments} boundsMillis={props.bounds} />
      </Card>
    </>
  );
}

function gates(pipeline: Pipeline): JSX.Element | undefined {
  const all = Object.entries(pipeline.gates);
  return all.length === 0 ? undefined : (
    <span class="chips">
      {all.map(([name, rule]) => (
        <Badge key={name} tone={rule === "off" ? "quiet" : "good"}>
          {`gate ${name} ${rule}`}
        </Badge>
      ))}
    </span>
  );
}

function Tiles({
  pipeline,
  live,
}: {
  pipeline: Pipeline;
  live: PipelineLive | undefined;
}): JSX.Element {
  const dropped = (live?.lanes ?? []).reduce((sum, lane) => sum + total(lane.dropped), 0);
  const p99 = Math.max(...(live?.lanes ?? []).map((lane) => lane.p99Millis ?? Number.NaN));
  const isLate = p99 > pipeline.deadlineMillis;
  return (
    <div class="tiles">
      <Tile name="Frames" value={live === undefined ? "–" : rate(live.perSecond)} />
      <Tile
        name="Shed"
        value={live === undefined ? "–" : rate(dropped)}
        tone={dropped > 0 ? "warn" : ""}
      />
      <Tile
        name="p99"
        value={millis(p99)}
        note={`deadline ${millis(pipeline.deadlineMillis)}`}
        tone={isLate ? "bad" : ""}
      />
      <Tile
        name="Inside"
        value={live === undefined ? "–" : number(live.inFlight)}
        note={`of ${pipeline.maxInFlight}`}
      />
    </div>
  );
}

function Lanes({ live }: { live: PipelineLive | undefined }): JSX.Element {
  if (live === undefined) {
    return <Empty>Figures come with the first second.</Empty>;
  }
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Lanes">
      <table>
        <thead>
          <tr>
            <th scope="col">Lane</th>
            <th scope="col" class="num">
              Completed
            </th>
            <th scope="col">Shed</th>
            <th scope="col">Failed</th>
            <th scope="col">Left out or put off</th>
            <th scope="col" class="num">
              p50
            </th>
            <th scope="col" class="num">
              p90
            </th>
            <th scope="col" class="num">
              p99
            </th>
          </tr>
        </thead>
        <tbody>
          {live.lanes.map((lane) => (
            <tr key={lane.lane}>
              <th scope="row">
                {lane.lane} {lane.paused && <Badge tone="warn">paused</Badge>}
              </th>
              <td class="num">{rate(lane.completed)}</td>
              <td>{reasons(lane.dropped, "warn")}</td>
              <td>{reasons(lane.failed, "bad")}</td>
              <td>{lacks(lane)}</td>
              <td class="num">{millis(lane.p50Millis)}</td>
              <td class="num">{millis(lane.p90Millis)}</td>
              <td class="num">{millis(lane.p99Millis)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function lacks(lane: LaneLive): JSX.Element | string {
  const cheaper = lane.degraded > 0 ? { "cheaper variant": lane.degraded } : {};
  return reasons({ ...lane.skipped, ...cheaper }, "quiet");
}

function reasons(counts: Record<string, number>, tone: string): JSX.Element | string {
  const all = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  return all.length === 0 ? (
    "–"
  ) : (
    <span class="chips">
      {all.map(([reason, perSecond]) => (
        <Badge key={reason} tone={tone}>
          {`${words(reason)} ${rate(perSecond)}`}
        </Badge>
      ))}
    </span>
  );
}

function Flow({ moments }: { moments: Moment[] }): JSX.Element {
  const data = useMemo(
    () => [
      moments.map((each) => each.at),
      moments.map((each) => each.completed),
      moments.map((each) => each.dropped),
      moments.map((each) => each.failed),
    ],
    [moments],
  );
  return (
    <Chart
      label="Frames per second over the last two minutes: completed, shed and failed"
      lines={[
        { label: "completed", colour: "good", fill: true },
        { label: "shed", colour: "warn" },
        { label: "failed", colour: "bad" },
      ]}
      data={data}
      format={number}
      atLeast={1}
    />
  );
}

function Latency({ moments }: { moments: Moment[] }): JSX.Element {
  const data = useMemo(
    () => [
      moments.map((each) => each.at),
      moments.map((each) => gap(each.p50)),
      moments.map((each) => gap(each.p90)),
      moments.map((each) => gap(each.p99)),
    ],
    [moments],
  );
  return (
    <Chart
      label="Latency over the last two minutes: the median, p90 and p99"
      lines={[
        { label: "p50", colour: "line-1" },
        { label: "p90", colour: "line-2" },
        { label: "p99", colour: "line-3" },
      ]}
      data={data}
      format={millis}
    />
  );
}
