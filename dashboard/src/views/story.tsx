import type { JSX } from "preact";
import { explain, pipelines as askPipelines } from "../api/client.ts";
import type { Chosen, Explained, ExplainedStep, SkippedStep } from "../api/types.ts";
import { clock, millis, words } from "../figures/format.ts";
import { type Bar, length, waterfall } from "../figures/waterfall.ts";
import type { Feed } from "../live/feed.ts";
import { Outcome } from "./outcome.tsx";
import { Badge, Card, Problem, useAsked } from "./parts.tsx";
import { ReplayCard } from "./replay.tsx";

const CHOSEN: Record<Chosen, string> = {
  declared: "as declared",
  split: "by its split",
  cheaper: "cheaper, because of load",
  candidate: "candidate of a rollout",
};

/** Why a step ran what it did, in words. */
export function chosen(step: ExplainedStep): string {
  return CHOSEN[step.chosen];
}

/** Why a step did not run, in words; with the flag that was off, if one was. */
export function SkippedBecause({ step }: { step: SkippedStep }): JSX.Element {
  return (
    <>
      <Badge tone="quiet">{`not run: ${words(step.reason)}`}</Badge>
      {step.flag !== undefined && (
        <span class="soft">
          {" "}
          <a href={`#/flags/${encodeURIComponent(step.flag)}`}>{step.flag}</a> was {step.rule}
        </span>
      )}
    </>
  );
}

/** What happened to a frame, and what comes out if it is run again. */
export function OneFrame({ frame, feed }: { frame: string; feed: Feed }): JSX.Element {
  const asked = useAsked(() => explain(frame), `explain ${frame}`, 0);
  const graphs = useAsked(askPipelines, "pipelines", 0);
  const told = asked.value;
  if (told === undefined) {
    return (
      <section class="card story">
        <Problem message={asked.problem} />
      </section>
    );
  }
  const pipeline = graphs.value?.find((each) => each.name === told.pipeline);
  return (
    <>
      <Story frame={told} />
      <ReplayCard frame={told} pipeline={pipeline} isLive={feed.connection.is === "live"} />
    </>
  );
}

function Story({ frame }: { frame: Explained }): JSX.Element {
  const bars = waterfall(frame.steps);
  const most = length(frame.totalMillis, bars);
  return (
    <Card title={`Frame ${frame.frame ?? ""}`} note={<Outcome line={frame} />}>
      <p>
        {capital(frame.rule)}. It took {millis(frame.totalMillis)} in the lane {frame.lane}
        {frame.tenant === undefined ? "" : ` for tenant ${frame.tenant}`}, at {clock(frame.at)}; its
        runs cost {millis(frame.costMillis)}, its own part of shared ones.
      </p>
      {frame.where !== undefined && <p class="soft">{`Where: ${frame.where}`}</p>}
      <div class="scroll" tabIndex={0} role="group" aria-label="Steps in time">
        <table class="bars">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Ran</th>
              <th scope="col">Waited, then ran</th>
              <th scope="col" class="num">
                Waited
              </th>
              <th scope="col" class="num">
                Ran
              </th>
              <th scope="col" class="num">
                Cost
              </th>
              <th scope="col" class="num">
                Together with
              </th>
            </tr>
          </thead>
          <tbody>
            {frame.steps.map((step, i) => (
              <Ran key={step.step} step={step} bar={bars[i]} most={most} />
            ))}
            {frame.skipped.map((step) => (
              <tr key={step.step} class="absent">
                <th scope="row">{step.step}</th>
                <td colSpan={6}>
                  <SkippedBecause step={step} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {frame.unpaired.length > 0 && (
        <p>Inputs that did not come in time: {frame.unpaired.join(", ")}.</p>
      )}
    </Card>
  );
}

function Ran(props: { step: ExplainedStep; bar: Bar | undefined; most: number }): JSX.Element {
  const { step, bar, most } = props;
  const width = (from: number, to: number): { width: string } => ({
    width: `${((to - from) / most) * 100}%`,
  });
  return (
    <tr>
      <th scope="row">{step.step}</th>
      <td class="what">
        {`${step.stage}@${step.variant}`}
        {step.chosen !== "declared" && <span class="soft below">{chosen(step)}</span>}
      </td>
      <td class="wide">
        {bar !== undefined && (
          <span class="split" title={`from ${millis(bar.ready)} to ${millis(bar.ended)}`}>
            <i class="before" style={width(0, bar.ready)} />
            <i class="bar waited" style={width(bar.ready, bar.begun)} />
            <i class="bar" style={width(bar.begun, bar.ended)} />
          </span>
        )}
      </td>
      <td class="num">{millis(step.waitedMillis)}</td>
      <td class="num">{millis(step.ranMillis)}</td>
      <td class="num">{millis(step.costMillis)}</td>
      <td class="num" title={step.sharedWith?.join(", ")}>
        {step.batch > 1 ? `${step.batch - 1} ${step.batch === 2 ? "other" : "others"}` : "–"}
      </td>
    </tr>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
