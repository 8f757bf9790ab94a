import type { JSX } from "preact";
import { explain } from "../api/client.ts";
import type { Explained } from "../api/types.ts";
import { difference, type Row, type Side } from "../figures/difference.ts";
import { clock, millis } from "../figures/format.ts";
import { framesAddress as address } from "../route.ts";
import { Outcome } from "./outcome.tsx";
import { Badge, Card, Problem, useAsked } from "./parts.tsx";
import { chosen, SkippedBecause } from "./story.tsx";

/** Two frames side by side, step by step. */
export function Comparison(props: { first: string; second: string }): JSX.Element {
  const { first, second } = props;
  const asked = useAsked(
    () => Promise.all([explain(first), explain(second)]),
    `compare ${first} ${second}`,
    0,
  );
  if (asked.value === undefined) {
    return (
      <section class="card story">
        <Problem message={asked.problem} />
      </section>
    );
  }
  const [a, b] = asked.value;
  const rows = difference(a, b);
  const apart = rows.filter((row) => row.differs.length > 0);
  return (
    <Card title={`${first} and ${second}`} note={<a href={address(second, first)}>Swap the two</a>}>
      <p>{verdict(a, b, apart)}</p>
      <div class="scroll" tabIndex={0} role="group" aria-label="Two frames side by side">
        <table class="compared">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <Head frame={a} />
              <Head frame={b} />
              <th scope="col" class="num">
                Second − first
              </th>
              <th scope="col">Differs</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Line key={row.step} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function verdict(a: Explained, b: Explained, apart: Row[]): string {
  const more = b.totalMillis - a.totalMillis;
  const took = `The second took ${millis(Math.abs(more))} ${more < 0 ? "less" : "more"}`;
  if (a.pipeline !== b.pipeline) {
    return `${took}. They are of two pipelines: ${a.pipeline} and ${b.pipeline}.`;
  }
  return apart.length === 0
    ? `${took}; the same steps ran by the same variants.`
    : `${took}; they differ in ${apart.map((row) => row.step).join(", ")}.`;
}

function Head({ frame }: { frame: Explained }): JSX.Element {
  const id = frame.frame ?? "";
  return (
    <th scope="col">
      <a href={address(id)}>{id}</a>
      <span class="below">
        <Outcome line={frame} />
      </span>
      <span class="below">{`${millis(frame.totalMillis)}, ${frame.lane}, ${clock(frame.at)}`}</span>
    </th>
  );
}

function Line({ row }: { row: Row }): JSX.Element {
  const isApart = row.differs.length > 0;
  return (
    <tr class={isApart ? "apart" : row.isMuch ? "much" : ""}>
      <th scope="row">{row.step}</th>
      <td>
        <What side={row.a} />
      </td>
      <td>
        <What side={row.b} />
      </td>
      <td class="num">{Number.isNaN(row.longerMillis) ? "–" : signed(row.longerMillis)}</td>
      <td>
        <span class="chips">
          {row.differs.map((what) => (
            <Badge key={what} tone="warn">
              {what}
            </Badge>
          ))}
          {row.isMuch && <Badge tone="line">{row.longerMillis > 0 ? "slower" : "faster"}</Badge>}
          {!isApart && !row.isMuch && <span class="soft">no</span>}
        </span>
      </td>
    </tr>
  );
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${millis(Math.abs(value))}`;
}

function What({ side }: { side: Side }): JSX.Element {
  if (side === undefined) {
    return <span class="soft">not reached</span>;
  }
  if ("skipped" in side) {
    return <SkippedBecause step={side.skipped} />;
  }
  const { ran } = side;
  const together = ran.batch > 1 ? `, together with ${ran.batch - 1}` : "";
  return (
    <>
      {`${ran.stage}@${ran.variant}`}
      <span class="soft below">
        {`waited ${millis(ran.waitedMillis)}, ran ${millis(ran.ranMillis)}; ${chosen(ran)}${together}`}
      </span>
    </>
  );
}
