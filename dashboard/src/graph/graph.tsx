import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Pipeline, PipelineLive, StepRuns } from "../api/types.ts";
import { millis, number, rate } from "../figures/format.ts";
import { layout, NODE, type Placed } from "./layout.ts";

/** A graph that finds no room is drawn smaller down to this; a longer one is scrolled. */
const SMALLEST = 0.65;

interface Props {
  pipeline: Pipeline;
  live: PipelineLive | undefined;
}

/** What runs a step, and how it goes. */
interface Standing {
  runs: StepRuns[];
  perSecond: number;
  ranMillis: number | undefined;
  waitedMillis: number | undefined;
  waiting: number;
}

export function standing(
  step: string,
  pipeline: Pipeline,
  live: PipelineLive | undefined,
): Standing {
  const flows = (live?.steps ?? []).filter((each) => each.step === step);
  const perSecond = flows.reduce((sum, each) => sum + each.perSecond, 0);
  const mean = (of: (flow: (typeof flows)[number]) => number | undefined): number | undefined => {
    const known = flows.filter((each) => each.perSecond > 0 && of(each) !== undefined);
    const runs = known.reduce((sum, each) => sum + each.perSecond, 0);
    return runs === 0
      ? undefined
      : known.reduce((sum, each) => sum + (of(each) ?? 0) * each.perSecond, 0) / runs;
  };
  return {
    runs: pipeline.steps.filter((each) => each.step === step),
    perSecond,
    ranMillis: mean((each) => each.ranMillis),
    waitedMillis: mean((each) => each.waitedMillis),
    waiting: Object.values(live?.waiting[step] ?? {}).reduce((sum, runs) => sum + runs, 0),
  };
}

/** The steps of a pipeline and what goes between them, drawn; a table below says the same. */
export function Graph({ pipeline, live }: Props): JSX.Element {
  const placed = useMemo(() => layout(pipeline.edges), [pipeline.edges]);
  const rates = new Map(
    (live?.edges ?? []).map((edge) => [`${edge.from} ${edge.to}`, edge.perSecond]),
  );
  const of = (from: string, to: string): number => rates.get(`${from} ${to}`) ?? 0;
  return (
    <div class="graph">
      <div class="scroll" tabIndex={0} role="group" aria-label={`Graph of ${pipeline.name}`}>
        <svg
          viewBox={`0 0 ${placed.width} ${placed.height}`}
          style={{
            width: "100%",
            maxWidth: `${placed.width}px`,
            minWidth: `${placed.width * SMALLEST}px`,
          }}
          role="img"
          aria-label={`${pipeline.name}: ${placed.nodes.length - 2} steps between frame and answer; the table below has their figures`}
        >
          {placed.edges.map(({ edge, path, label }) => {
            const perSecond = of(edge.from, edge.to);
            return (
              <g key={`${edge.from} ${edge.to}`}>
                <path
                  class={perSecond > 0 ? "edge flows" : "edge"}
                  d={path}
                  stroke-width={thickness(perSecond)}
                >
                  <title>{`${edge.from} to ${edge.to}: ${edge.tensors.join(", ")}`}</title>
                </path>
                <text class="rate" x={label.x} y={label.y} text-anchor="middle">
                  {live === undefined ? "" : rate(perSecond)}
                </text>
              </g>
            );
          })}
          {placed.nodes.map((node) => (
            <Node key={node.name} node={node} pipeline={pipeline} live={live} />
          ))}
        </svg>
      </div>
      <details>
        <summary>Steps as a table</summary>
        <StepTable pipeline={pipeline} live={live} />
      </details>
    </div>
  );
}

/** Wider by one for each factor of ten. */
function thickness(perSecond: number): number {
  return 1.5 + Math.max(0, Math.log10(Math.max(perSecond, 1)));
}

function Node({ node, pipeline, live }: Props & { node: Placed }): JSX.Element {
  const isEnd = node.name === "frame" || node.name === "answer";
  const at = standing(node.name, pipeline, live);
  const [first] = at.runs;
  const below = isEnd ? endLine(node.name, pipeline, live) : (first?.variant ?? "");
  const beside = at.runs.flatMap((each) => each.beside ?? []);
  return (
    <g transform={`translate(${node.x} ${node.y})`} class={isEnd ? "node end" : "node"}>
      <rect width={NODE.width} height={NODE.height} rx="10" />
      <text class="name" x="12" y="22">
        {cut(node.name, 16)}
        <title>{node.name}</title>
      </text>
      <text class="soft" x="12" y="39">
        {cut(at.runs.length > 1 ? `${at.runs.length} arms` : below, 20)}
      </text>
      {!isEnd && (
        <text class="soft" x="12" y="55">
          {live === undefined
            ? ""
            : at.ranMillis === undefined
              ? "idle"
              : `${millis(at.ranMillis)} run`}
        </text>
      )}
      {at.waiting > 0 && (
        <g transform={`translate(${NODE.width - 10} 0)`} class="queue">
          <rect x="-46" y="-10" width="52" height="20" rx="10" />
          <text x="-20" y="4" text-anchor="middle">
            {`${number(at.waiting)} wait`}
          </text>
        </g>
      )}
      {beside.length > 0 && (
        <text class="beside" x={NODE.width - 12} y="55" text-anchor="end">
          {`+${beside[0]?.as ?? ""}`}
          <title>
            {beside.map((each) => `${each.as}: ${each.stage}@${each.variant}`).join("\n")}
          </title>
        </text>
      )}
    </g>
  );
}

function endLine(name: string, pipeline: Pipeline, live: PipelineLive | undefined): string {
  if (name === "answer") {
    return pipeline.outputs.join(", ");
  }
  return live === undefined ? "" : `${number(live.inFlight)} of ${live.maxInFlight} inside`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function StepTable({ pipeline, live }: Props): JSX.Element {
  const steps = [...new Set(pipeline.steps.map((each) => each.step))];
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">Runs</th>
          <th scope="col">Beside it</th>
          <th scope="col" class="num">
            Rate
          </th>
          <th scope="col" class="num">
            Waits
          </th>
          <th scope="col" class="num">
            Runs for
          </th>
          <th scope="col" class="num">
            In queue
          </th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => {
          const at = standing(step, pipeline, live);
          return (
            <tr key={step}>
              <th scope="row">{step}</th>
              <td>
                {at.runs
                  .map((each) => `${each.arm ? `${each.arm}: ` : ""}${each.stage}@${each.variant}`)
                  .join(", ")}
              </td>
              <td>
                {at.runs
                  .flatMap((each) => each.beside ?? [])
                  .map((each) => `${each.as} ${each.variant}`)
                  .join(", ") || "–"}
              </td>
              <td class="num">{rate(at.perSecond)}</td>
              <td class="num">{millis(at.waitedMillis)}</td>
              <td class="num">{millis(at.ranMillis)}</td>
              <td class="num">{number(at.waiting)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
