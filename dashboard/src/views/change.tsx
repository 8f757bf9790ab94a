import type { JSX } from "preact";
import { change, type Verb } from "../api/client.ts";
import { ConfirmDialog } from "./confirm.tsx";

const CONSEQUENCES: Record<Verb, string> = {
  pause: "The rollout stays at its present step and judges nothing until it is resumed.",
  resume: "The rollout goes on; its step gathers evidence anew.",
  promote: "The candidate takes all traffic now, before its evidence is complete.",
  abort: "The candidate is taken back at once; the stable variant answers alone.",
  undo: "What the last rollout replaced is brought back.",
};

/** Asks for a reason, and then for the change of a rollout. */
export function ChangeDialog(props: {
  stage: string;
  verb: Verb;
  onEnd: (said: string) => void;
}): JSX.Element {
  const { stage, verb, onEnd } = props;
  return (
    <ConfirmDialog
      title={`${verb} the rollout of ${stage}?`}
      reasonLabel={
        verb === "resume" ? "Reason, kept with the events" : "Reason, kept with the evidence"
      }
      yes={`Yes, ${verb}`}
      isReady={true}
      ask={async (reason) => (await change(stage, verb, reason)).done}
      onEnd={onEnd}
    >
      <p>{CONSEQUENCES[verb]}</p>
    </ConfirmDialog>
  );
}
