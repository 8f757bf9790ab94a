import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { frames as askFrames, query } from "../api/client.ts";
import type { FrameChoice, FrameLine, LaneName } from "../api/types.ts";
import { clock, millis } from "../figures/format.ts";
import type { Feed } from "../live/feed.ts";
import { framesAddress as address } from "../route.ts";
import { Comparison } from "./comparison.tsx";
import { Outcome } from "./outcome.tsx";
import { Card, Empty, Problem, useAsked, useHeld } from "./parts.tsx";
import { OneFrame } from "./story.tsx";

const ALL: FrameChoice = { pipeline: "", outcome: "", lane: "", slow: false };
const OUTCOMES: readonly FrameLine["outcome"][] = ["completed", "dropped", "failed"];
const LANES: readonly LaneName[] = ["perception", "interactive", "background", "shadow"];
const ASK_EVERY_MILLIS = 5_000;

interface Props {
  feed: Feed;
  /** A frame, or two with a comma between them; empty for none. */
  chosen: string;
}

/** The last frames, what happened to one of them, and how two differ. */
export function Frames({ feed, chosen }: Props): JSX.Element {
  const [first, second] = chosen.split(",", 2);
  return (
    <>
      <h2>Frames</h2>
      <form
        class="find"
        role="search"
        onSubmit={(e) => {
          e.preventDefault();
          const id = new FormData(e.currentTarget).get("frame");
          location.hash = address(String(id).trim());
        }}
      >
        <label>
          Frame <input name="frame" placeholder="echo:17" defaultValue={first} required />
        </label>
        <button type="submit">Explain</button>
        <span class="soft">Each answer has its id in the header Weft-Frame.</span>
      </form>
      {first !== undefined && second !== undefined ? (
        <Comparison key={chosen} first={first} second={second} />
      ) : (
        chosen !== "" && <OneFrame key={chosen} frame={chosen} feed={feed} />
      )}
      <Last pipelines={(feed.snapshot?.pipelines ?? []).map((each) => each.name)} />
    </>
  );
}

/** The last frames, as far as they are wanted; they hold still while somebody chooses among them. */
function Last({ pipelines }: { pipelines: string[] }): JSX.Element {
  const [choice, setChoice] = useState(ALL);
  const [onlyLacking, setOnlyLacking] = useState(false);
  const [picked, setPicked] = useState<string[]>([]);
  const [isHeld, setHeld] = useState(false);
  const asked = useAsked(() => askFrames(choice), `frames ${query(choice)}`, ASK_EVERY_MILLIS);
  const lists = useHeld(isHeld ? undefined : asked.value) ?? asked.value;
  const shown = onlyLacking ? lists?.lacking : lists?.recent;
  const pick = (frame: string): void =>
    setPicked((before) =>
      before.includes(frame) ? before.filter((one) => one !== frame) : [...before, frame].slice(-2),
    );
  const narrow = (change: Partial<FrameChoice>): void => {
    setHeld(false);
    setChoice({ ...choice, ...change });
  };
  return (
    <>
      <Problem message={asked.problem} />
      <Card title="The last frames" note={isHeld ? "held while you choose" : "anew every 5 s"}>
        <div class="find filters" role="group" aria-label="Which frames">
          <Select
            label="Pipeline"
            value={choice.pipeline}
            options={pipelines}
            onSelect={(pipeline) => narrow({ pipeline })}
          />
          <Select
            label="Outcome"
            value={choice.outcome}
            options={OUTCOMES}
            onSelect={(outcome) => narrow({ outcome })}
          />
          <Select
            label="Lane"
            value={choice.lane}
            options={LANES}
            onSelect={(lane) => narrow({ lane })}
          />
          <Check label="slowest first" isOn={choice.slow} onChange={(slow) => narrow({ slow })} />
          <Check
            label="only those not served in full"
            isOn={onlyLacking}
            onChange={setOnlyLacking}
          />
          <Picked frames={picked} onDrop={pick} />
        </div>
        {shown === undefined || shown.length === 0 ? (
          <Empty>{lists === undefined ? "Asking…" : "None of these is remembered."}</Empty>
        ) : (
          <Lines lines={shown} picked={picked} onPick={pick} onHold={setHeld} />
        )}
      </Card>
    </>
  );
}

function Select<T extends string>(props: {
  label: string;
  value: T | "";
  options: readonly T[];
  onSelect: (chosen: T | "") => void;
}): JSX.Element {
  return (
    <label>
      {props.label}{" "}
      <select value={props.value} onChange={(e) => props.onSelect(e.currentTarget.value as T | "")}>
        <option value="">all</option>
        {props.options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

function Check(props: {
  label: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}): JSX.Element {
  return (
    <label>
      <input
        type="checkbox"
        checked={props.isOn}
        onChange={(e) => props.onChange(e.currentTarget.checked)}
      />{" "}
      {props.label}
    </label>
  );
}

/** The frames chosen to be compared, which may have left the list meanwhile. */
function Picked(props: { frames: string[]; onDrop: (frame: string) => void }): JSX.Element {
  const { frames, onDrop } = props;
  return (
    <span class="picked">
      {frames.map((frame) => (
        <button
          key={frame}
          type="button"
          class="chip"
          aria-pressed="true"
          aria-label={`Do not compare ${frame}`}
          onClick={() => onDrop(frame)}
        >
          {frame} ×
        </button>
      ))}
      <button
        type="button"
        disabled={frames.length !== 2}
        onClick={() => (location.hash = address(...frames))}
      >
        Compare two
      </button>
    </span>
  );
}

function Lines(props: {
  lines: FrameLine[];
  picked: string[];
  onPick: (frame: string) => void;
  onHold: (isHeld: boolean) => void;
}): JSX.Element {
  const { lines, picked, onPick, onHold } = props;
  return (
    <div
      class="scroll tall"
      tabIndex={0}
      role="group"
      aria-label="The last frames"
      onMouseEnter={() => onHold(true)}
      onMouseLeave={() => onHold(false)}
      onFocusCapture={() => onHold(true)}
      onBlurCapture={() => onHold(false)}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">Compare</th>
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
            <Line
              key={line.frame ?? `${line.at} ${i}`}
              line={line}
              isPicked={line.frame !== undefined && picked.includes(line.frame)}
              onPick={onPick}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line(props: {
  line: FrameLine;
  isPicked: boolean;
  onPick: (frame: string) => void;
}): JSX.Element {
  const { line, isPicked, onPick } = props;
  const { frame } = line;
  return (
    <tr>
      <td>
        {frame !== undefined && (
          <input
            type="checkbox"
            aria-label={`Compare ${frame}`}
            checked={isPicked}
            onChange={() => onPick(frame)}
          />
        )}
      </td>
      <th scope="row">
        {frame === undefined ? (
          <span class="soft">{`${line.pipeline}, never let in`}</span>
        ) : (
          <a href={address(frame)}>{frame}</a>
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
      <td class="num">{frame === undefined ? "–" : millis(line.totalMillis)}</td>
    </tr>
  );
}
