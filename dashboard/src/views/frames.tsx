import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { explain, frames as askFrames } from "../api/client.ts";
import type { Explained, FrameLine } from "../api/types.ts";
import { clock, millis, words } from "../figures/format.ts";
import { Badge, Card, Empty, Problem, useAsked } from "./parts.tsx";

const TONES = { completed: "good", dropped: "warn", failed: "bad" };

/** The last frames, and what happened to one of them. */
export function Frames({ chosen }: { chosen: string }): JSX.Element {
  const asked = useAsked(askFrames, "frames", 5_000);
  const [onlyLacking, setOnlyLacking] = useState(false);
  const shown = onlyLacking ? asked.value?.lacking : asked.value?.recent;
  return (
    <>
      <h2>Frames</h2>
      <form
        class="find"
        role="search"
        onSubmit={(e) => {
          e.preventDefault();
          const id = new FormData(e.currentTarget).get("frame");
          location.hash = `#/frames/${encodeURIComponent(String(id).trim())}`;
        }}
      >
        <label>
          Frame <input name="frame" placeholder="echo:17" defaultValue={chosen} required />
        </label>
        <button type="submit">Explain</button>
        <span class="soft">Each answer has its id in the header Weft-Frame.</span>
      </form>
      {chosen !== "" && <One key={chosen} frame={chosen} />}
      <Problem message={asked.problem} />
      <Card
        title="The last frames"
        note={
          <label>
            <input
              type="checkbox"
              checked={onlyLacking}
              onChange={(e) => setOnlyLacking(e.currentTarget.checked)}
            />{" "}
            only those not served in full
          </label>
        }
      >
        {shown === undefined || shown.length === 0 ? (
          <Empty>None yet.</Empty>
        ) : (
          <Lines lines={shown} />
        )}
      </Card>
    </>
  );
}

function Lines({ lines }: { lines: FrameLine[] }): JSX.Element {
  return (
    <div class="scroll tall" tabIndex={0} role="group" aria-label="The last frames">
      <table>
        <thead>
          <tr>
            <th scope="col">Frame</th>
            <th scope="col">When</th>
            <th scope="col">Lane</th>
            <th scope="col">Tenant</th>
            <th scope="col">Outcome</th>
            <th scope="col" class="num">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, i) => (
            <tr key={line.frame ?? `${line.at} ${i}`}>
              <th scope="row">
                {line.frame === undefined ? (
                  <span class="soft">{`${line.pipeline}, never let in`}</span>
                ) : (
                  <a href={`#/frames/${encodeURIComponent(line.frame)}`}>{line.frame}</a>
                )}
              </th>
              <td>
                <time dateTime={line.at}>{clock(line.at)}</time>
              </td>
              <td>{line.lane}</td>
              <td>{line.tenant ?? "–"}</td>
              <td>
                <Outcome line={line} />
              </td>
              <td class="num">{line.frame === undefined ? "–" : millis(line.totalMillis)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Outcome({ line }: { line: FrameLine }): JSX.Element {
  const reason = line.reason === undefined ? "" : `: ${words(line.reason)}`;
  const tone = line.outcome === "completed" && !line.full ? "warn" : TONES[line.outcome];
  return (
    <Badge tone={tone}>
      {line.outcome + reason + (line.outcome === "completed" && !line.full ? ", not in full" : "")}
    </Badge>
  );
}

function One({ frame }: { frame: string }): JSX.Element {
  const asked = useAsked(() => explain(frame), `explain ${frame}`, 0);
  return (
    <>
      <Problem message={asked.problem} />
      {asked.value !== undefined && <Story frame={asked.value} />}
    </>
  );
}

function Story({ frame }: { frame: Explained }): JSX.Element {
  const most = Math.max(frame.totalMillis, 0.001);
  return (
    <Card title={`Frame ${frame.frame ?? ""}`} note={<Outcome line={frame} />}>
      <p>
        {capital(frame.rule)}. It took {millis(frame.totalMillis)} in the lane {frame.lane}
        {frame.tenant === undefined ? "" : ` for tenant ${frame.tenant}`}, at {clock(frame.at)}.
      </p>
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
              Together with
            </th>
          </tr>
        </thead>
        <tbody>
          {frame.steps.map((step) => (
            <tr key={step.step}>
              <th scope="row">{step.step}</th>
              <td>{`${step.stage}@${step.variant}`}</td>
              <td class="wide">
                <span class="split">
                  <i class="bar waited" style={{ width: part(step.waitedMillis, most) }} />
                  <i class="bar" style={{ width: part(step.ranMillis, most) }} />
                </span>
              </td>
              <td class="num">{millis(step.waitedMillis)}</td>
              <td class="num">{millis(step.ranMillis)}</td>
              <td class="num">{step.batch > 1 ? `${step.batch - 1} others` : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {[...Map.groupBy(frame.skipped, (step) => step.reason)].map(([reason, steps]) => (
        <p key={reason} class="skipped">
          <Badge tone="quiet">{`not run: ${words(reason)}`}</Badge>{" "}
          {steps.map((each) => each.step).join(", ")}
        </p>
      ))}
      {frame.degraded.length > 0 && (
        <p>
          Run cheaper because of load:{" "}
          {frame.degraded.map((each) => `${each.step} by ${each.variant}`).join(", ")}.
        </p>
      )}
      {frame.unpaired.length > 0 && (
        <p>Inputs that did not come in time: {frame.unpaired.join(", ")}.</p>
      )}
    </Card>
  );
}

function part(millisOfIt: number, most: number): string {
  return `${Math.min(100, (millisOfIt / most) * 100)}%`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
