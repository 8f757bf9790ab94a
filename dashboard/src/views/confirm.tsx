import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "./parts.tsx";

const REASON_LENGTH_MAX = 300;

interface Props {
  title: string;
  /** What is about to change. */
  children: ComponentChildren;
  reasonLabel: string;
  /** What the button says that does it. */
  yes: string;
  /** Whether all but the reason is there. */
  isReady: boolean;
  /** Does it, and tells what to say of it. */
  ask: (reason: string) => Promise<string>;
  /** The dialog is over; empty if nothing was done. */
  onEnd: (said: string) => void;
}

/** Asks for a reason, and then does what is asked; says what the server says. */
export function ConfirmDialog(props: Props): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const isOver = useRef(false);
  useEffect(() => {
    dialog.current?.showModal();
    return () => {
      isOver.current = true;
    };
  }, []);
  /** Once: an answer that comes after it was closed must not end the dialog that is open then. */
  const end = (said: string): void => {
    if (!isOver.current) {
      isOver.current = true;
      props.onEnd(said);
    }
  };
  const submit = (e: Event): void => {
    e.preventDefault();
    setBusy(true);
    setProblem(undefined);
    props.ask(reason.trim()).then(end, (failure: unknown) => {
      setBusy(false);
      setProblem(failure instanceof Error ? failure.message : String(failure));
    });
  };
  return (
    <dialog ref={dialog} aria-labelledby="change-title" onClose={() => end("")}>
      <form onSubmit={submit}>
        <h3 id="change-title">{props.title}</h3>
        {props.children}
        <label>
          {props.reasonLabel}
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
          <button
            type="submit"
            class="primary"
            disabled={isBusy || !props.isReady || reason.trim() === ""}
          >
            {isBusy ? "Asking…" : props.yes}
          </button>
        </div>
      </form>
    </dialog>
  );
}
