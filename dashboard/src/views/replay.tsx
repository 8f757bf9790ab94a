import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { replay } from "../api/client.ts";
import type { Explained, Pipeline, Replayed, ReplayedStep } from "../api/types.ts";
import { difference as size, millis } from "../figures/format.ts";
import { Allowance, Badge, Card, mayOperate, Problem, useCaller } from "./parts.tsx";

const CLOSENESS: Record<string, string> = {
  exact: "the same bytes",
  "1e-6": "within 0.000001",
  "1e-4": "within 0.0001",
  "1e-2": "within 0.01",
  "same-top": "greatest where it was",
  different: "different",
  unknown: "not kept",
};

const TONES: Record<string, string> = { exact: "good", different: "bad", unknown: "quiet" };

interface Props {
  frame: Explained;
  pipeline: Pipeline | undefined;
  isLive: boolean;
}

type State =
  | { is: "idle" }
  | { is: "busy" }
  | { is: "done"; replayed: Replayed }
  | { is: "refused"; why: string };

/** Runs a recorded frame again, and shows how what comes out compares; or how to do it elsewhere. */
export function ReplayCard({ frame, pipeline, isLive }: Props): JSX.Element | null {
  const caller = useCaller();
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [state, setState] = useState<State>({ is: "idle" });
  const offer = frame.replay;
  if (offer === undefined || frame.frame === undefined) {
    return null;
  }
  const id = frame.frame;
  const run = (e: Event): void => {
    e.preventDefault();
    setState({ is: "busy" });
    const variants = Object.fromEntries(Object.entries(chosen).filter(([, it]) => it !== ""));
    replay(id, variants).then(
      (replayed) => setState({ is: "done", replayed }),
      (failure: unknown) =>
        setState({ is: "refused", why: failure instanceof Error ? failure.message : "" }),
    );
  };
  return (
    <Card title="Replay" note="on this server, while one of its loops is idle">
      {!offer.offered && <p>{`Not here: ${offer.why ?? "the server does not say why"}.`}</p>}
      {offer.offered && <Allowance caller={caller} what="Replaying frames" />}
      {offer.offered && mayOperate(caller) && (
        <form class="find" onSubmit={run} aria-label="Replay">
          {choices(frame, pipeline).map(([stage, variants]) => (
            <label key={stage}>
              {stage}{" "}
              <select
                value={chosen[stage] ?? ""}
                onChange={(e) => setChosen({ ...chosen, [stage]: e.currentTarget.value })}
              >
                <option value="">as recorded</option>
                {variants.map((variant) => (
                  <option key={variant} value={variant}>
                    {variant}
                  </option>
                ))}
              </select>
            </label>
          ))}
          <button type="submit" disabled={state.is === "busy" || !isLive}>
            Replay
          </button>
        </form>
      )}
      <div role="status" class="replayed">
        {state.is === "busy" && <p class="soft">Replaying…</p>}
        {state.is === "done" && <Result replayed={state.replayed} />}
        <Problem message={state.is === "refused" ? state.why : undefined} />
      </div>
      {offer.command !== undefined && (
        <p class="command">
          <span class="soft">All that was recorded at its time, on the command line:</span>
          <code>{offer.command}</code>
        </p>
      )}
    </Card>
  );
}

/** The stages that ran and have something to choose from, with their variants. */
function choices(frame: Explained, pipeline: Pipeline | undefined): [string, string[]][] {
  const ran = new Set(frame.steps.map((step) => step.stage));
  return Object.entries(pipeline?.stages ?? {})
    .filter(([stage, variants]) => ran.has(stage) && variants.length > 1)
    .sort(([a], [b]) => a.localeCompare(b));
}

function Result({ replayed }: { replayed: Replayed }): JSX.Element {
  return (
    <>
      <p>
        <Badge tone={replayed.exact ? "good" : "warn"}>{replayed.verdict}</Badge>{" "}
        <span class="soft">{`in ${millis(replayed.tookMillis)}, loading among it`}</span>
      </p>
      <div class="scroll" tabIndex={0} role="group" aria-label="What came out again">
        <table class="compared">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Ran then</th>
              <th scope="col">Ran now</th>
              <th scope="col" class="num">
                Took then
              </th>
              <th scope="col" class="num">
                Takes now
              </th>
              <th scope="col">Outputs</th>
            </tr>
          </thead>
          <tbody>
            {replayed.steps.map((step) => (
              <Again key={step.step} step={step} />
            ))}
          </tbody>
        </table>
        <table>
          <thead>
            <tr>
              <th scope="col">Output of the pipeline</th>
              <th scope="col">Compared with then</th>
              <th scope="col" class="num">
                Largest difference
              </th>
            </tr>
          </thead>
          <tbody>
            {replayed.outputs.map((output) => (
              <tr key={output.output}>
                <th scope="row">{output.output}</th>
                <td>
                  <Badge tone={TONES[output.closeness] ?? "line"}>
                    {CLOSENESS[output.closeness] ?? output.closeness}
                  </Badge>
                </td>
                <td class="num">{size(output.largest)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Notes replayed={replayed} />
    </>
  );
}

function Again({ step }: { step: ReplayedStep }): JSX.Element {
  return (
    <tr class={step.equal ? "" : "apart"}>
      <th scope="row">{step.step}</th>
      <td>{step.recordedVariant ?? "–"}</td>
      <td>{step.variant}</td>
      <td class="num">{millis(step.recordedMillis)}</td>
      <td class="num">{millis(step.ranMillis)}</td>
      <td>
        <Badge tone={step.equal ? "good" : "warn"}>
          {step.failure ?? (step.equal ? "the same bytes" : "other bytes")}
        </Badge>
      </td>
    </tr>
  );
}

/** What a reader must know to judge the result. */
function Notes({ replayed }: { replayed: Replayed }): JSX.Element | null {
  const notes = [
    ...(replayed.companions > 0
      ? [`${replayed.companions} frames that shared its runs ran again beside it.`]
      : []),
    ...(replayed.incompleteBatches > 0
      ? [`${replayed.incompleteBatches} batches could not be rebuilt, so bytes may differ.`]
      : []),
    ...(replayed.sameManifest ? [] : ["The pipeline's manifest has changed since."]),
    ...replayed.fingerprintDifferences.map((what) => `Other than then: ${what}`),
  ];
  return notes.length === 0 ? null : (
    <ul class="soft">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
