import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { rollout as askRollout, rollouts as askRollouts, type Verb } from "../api/client.ts";
import type { Gate, PastRollout, Rollout } from "../api/types.ts";
import { Chart } from "../charts/chart.tsx";
import { clock, figure, number } from "../figures/format.ts";
import { type GateLine, KPIS, lines, tightest, used, verbs } from "../figures/gates.ts";
import { ChangeDialog } from "./change.tsx";
import {
  Allowance,
  Badge,
  Card,
  Empty,
  mayOperate,
  Problem,
  useAsked,
  useCaller,
} from "./parts.tsx";

const TONES: Record<string, string> = {
  PROGRESSING: "line",
  PAUSED: "warn",
  WATCHING: "line",
  HEALTHY: "good",
  DEGRADED: "bad",
  NONE: "quiet",
  PASS: "good",
  FAIL: "bad",
};

const ASK_EVERY_MILLIS = 2_000;

/** How rollouts stand, and what can be asked of them. */
export function Rollouts({ chosen }: { chosen: string }): JSX.Element {
  const asked = useAsked(askRollouts, "rollouts", ASK_EVERY_MILLIS);
  const all = asked.value?.rollouts ?? [];
  const stage = all.find((each) => each.stage === chosen)?.stage ?? all[0]?.stage;
  return (
    <>
      <h2>Rollouts</h2>
      <Problem message={asked.problem} />
      {asked.value !== undefined && !asked.value.offered && (
        <Empty>
          This server takes no rollouts. One started with <code>--rollouts FOLDER</code> does.
        </Empty>
      )}
      {asked.value?.offered === true && all.length === 0 && (
        <Empty>
          No rollout yet. <code>weft rollout start MANIFEST</code> begins one.
        </Empty>
      )}
      {all.length > 1 && (
        <nav class="tabs" aria-label="Stages">
          {all.map((each) => (
            <a
              key={each.stage}
              href={`#/rollouts/${encodeURIComponent(each.stage)}`}
              aria-current={each.stage === stage ? "page" : undefined}
            >
              {each.stage}
            </a>
          ))}
        </nav>
      )}
      {stage !== undefined && <One key={stage} stage={stage} />}
    </>
  );
}

function One({ stage }: { stage: string }): JSX.Element {
  const asked = useAsked(() => askRollout(stage), `rollout ${stage}`, ASK_EVERY_MILLIS);
  const [verb, setVerb] = useState<Verb | undefined>(undefined);
  const [done, setDone] = useState("");
  const caller = useCaller();
  const rollout = asked.value;
  if (rollout === undefined) {
    return <Problem message={asked.problem} />;
  }
  return (
    <>
      <Problem message={asked.problem} />
      <section class="card rollout">
        <header>
          <h3>
            {stage}{" "}
            <Badge tone={TONES[rollout.phase] ?? "quiet"}>{rollout.phase.toLowerCase()}</Badge>
          </h3>
          <div class="actions">
            {(mayOperate(caller) ? verbs(rollout.phase) : []).map((each) => (
              <button
                key={each}
                type="button"
                class={each === "abort" || each === "undo" ? "danger" : ""}
                onClick={() => setVerb(each)}
              >
                {each}
              </button>
            ))}
          </div>
        </header>
        <p>{rollout.sentence}</p>
        <Allowance caller={caller} what="Changing rollouts" />
        {rollout.waits !== undefined && <p class="warn">Waits: {rollout.waits}</p>}
        {rollout.trouble !== undefined && <p class="bad">Trouble: {rollout.trouble}</p>}
        <Steps rollout={rollout} />
        {rollout.verdict !== undefined && (
          <p class="soft">
            {rollout.verdict.toLowerCase()}: {rollout.why}
          </p>
        )}
        <p role="status">{done}</p>
      </section>
      {rollout.gates !== undefined && <Kpis gates={rollout.gates} />}
      <GateLines rollout={rollout} />
      {rollout.past.length > 0 && (
        <Card title="Before">
          <Past past={rollout.past} />
        </Card>
      )}
      {verb !== undefined && (
        <ChangeDialog
          stage={stage}
          verb={verb}
          onEnd={(said) => {
            setVerb(undefined);
            setDone(said);
            asked.again();
          }}
        />
      )}
    </>
  );
}

/** The steps, of which one is now; then the watch. */
function Steps({ rollout }: { rollout: Rollout }): JSX.Element {
  const isWatched = rollout.phase === "WATCHING";
  const isOver = rollout.phase === "HEALTHY";
  const labels = [...(rollout.steps ?? []), "watch"];
  const now = isWatched ? labels.length - 1 : isOver ? labels.length : (rollout.step ?? -1);
  return (
    <ol class="steps">
      {labels.map((label, i) => (
        <li
          key={label}
          class={i < now ? "past" : i === now ? "now" : ""}
          aria-current={i === now ? "step" : undefined}
        >
          {label}
        </li>
      ))}
    </ol>
  );
}

function Kpis({ gates }: { gates: Gate[] }): JSX.Element {
  return (
    <div class="tiles kpis">
      {KPIS.map(({ kpi, title, hint }) => {
        const gate = tightest(gates, kpi);
        return (
          <div class="tile kpi" key={kpi}>
            <span>
              <b>{title}</b> <span class="soft">{gate?.metric ?? hint}</span>
            </span>
            {gate === undefined ? (
              <span class="soft">no gate</span>
            ) : (
              <>
                <b class="big">{number(figure(gate.estimate))}</b>
                <span class="soft">
                  {`of ${number(figure(gate.limit))}; between ${number(figure(gate.lower))} and ${number(figure(gate.upper))}`}
                </span>
                <meter
                  min={0}
                  max={2}
                  high={1}
                  optimum={0}
                  value={Math.min(2, used(gate))}
                  aria-label={`${title}: estimate as part of its limit, which is the middle`}
                />
                <span>
                  <Badge tone={TONES[gate.verdict] ?? "quiet"}>{gate.verdict.toLowerCase()}</Badge>{" "}
                  <span class="soft">{`${number(gate.samples)} samples`}</span>
                </span>
              </>
            )}
          </div>
        );
      })}
    </div>
  );
}

function GateLines({ rollout }: { rollout: Rollout }): JSX.Element | null {
  const all = useMemo(() => lines(rollout.history ?? []), [rollout.history]);
  if (all.length === 0) {
    return null;
  }
  return (
    <div class="two">
      {all.map((line) => (
        <Card
          key={`${line.kpi} ${line.metric}`}
          title={titleOf(line.kpi)}
          note={`${line.kpi}: ${line.metric}`}
        >
          <GateChart line={line} />
        </Card>
      ))}
    </div>
  );
}

function titleOf(kpi: string): string {
  return KPIS.find((each) => each.kpi === kpi)?.title ?? kpi;
}

function GateChart({ line }: { line: GateLine }): JSX.Element {
  return (
    <Chart
      label={`${line.kpi}, ${line.metric}: estimate with its interval, and the limit ${number(line.limit)}`}
      lines={[
        { label: "at least", colour: "line-1", width: 0.6 },
        { label: "at most", colour: "line-1", width: 0.6 },
        { label: "estimate", colour: "line-1", width: 2 },
        { label: "limit", colour: "bad", dash: [6, 4] },
      ]}
      band={{ between: [2, 1], colour: "line-1" }}
      data={line.rows}
      format={number}
      atLeast={Number.isFinite(line.limit) ? line.limit * 1.5 : 1}
    />
  );
}

function Past({ past }: { past: PastRollout[] }): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Rollouts that are over">
      <table>
        <thead>
          <tr>
            <th scope="col" class="num">
              Number
            </th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Outcome</th>
            <th scope="col">Last step</th>
            <th scope="col">Ended</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {[...past].reverse().map((each) => (
            <tr key={each.number}>
              <td class="num">{each.number}</td>
              <td>{each.stable}</td>
              <td>{each.candidate}</td>
              <td>{each.outcome.toLowerCase()}</td>
              <td>{each.step}</td>
              <td>
                <time dateTime={each.endedAt}>{clock(each.endedAt)}</time>
              </td>
              <td>{each.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
