import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { change, type Verb } from "../api/client.ts";
import { Problem } from "./parts.tsx";

const CONSEQUENCES: Record<Verb, string> = {
  pause: "The rollout stays at its present step and judges nothing until it is resumed.",
  resume: "The rollout goes on; its step gathers evidence anew.",
  promote: "The candidate takes all traffic now, before its evidence is complete.",
  abort: "The candidate is taken back at once; the stable variant answers alone.",
  undo: "What the last rollout replaced is brought back.",
};

const REASON_LENGTH_MAX = 300;

/** Asks for a reason, and then for the change; says what the server says. */
export function ChangeDialog(props: {
  stage: string;
  verb: Verb;
  onEnd: (said: string) => void;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (e: Event): void => {
    e.preventDefault();
    setBusy(true);
    change(props.stage, props.verb, reason.trim()).then(
      ({ done }) => props.onEnd(done),
      (failure: unknown) => {
        setBusy(false);
        setProblem(failure instanceof Error ? failure.message : String(failure));
      },
    );
  };
  return (
    <dialog ref={dialog} aria-labelledby="change-title" onClose={() => props.onEnd("")}>
      <form onSubmit={submit}>
        <h3 id="change-title">{`${props.verb} the rollout of ${props.stage}?`}</h3>
        <p>{CONSEQUENCES[props.verb]}</p>
        <label>
          {props.verb === "resume"
            ? "Reason, kept with the events"
            : "Reason, kept with the evidence"}
          <textarea
            name="reason"
            rows={3}
            required
            maxLength={REASON_LENGTH_MAX}
            value={reason}
            onInput={(e) => setReason(e.currentTarget.value)}
          />
        </label>
        <Problem message={problem} />
        <div class="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={isBusy || reason.trim() === ""}>
            {isBusy ? "Asking…" : `Yes, ${props.verb}`}
          </button>
        </div>
      </form>
    </dialog>
  );
}
