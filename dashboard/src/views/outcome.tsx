import type { JSX } from "preact";
import type { FrameLine } from "../api/types.ts";
import { words } from "../figures/format.ts";
import { Badge } from "./parts.tsx";

const TONES = { completed: "good", dropped: "warn", failed: "bad" };

/** What became of a frame, and why. */
export function Outcome({ line }: { line: FrameLine }): JSX.Element {
  const reason = line.reason === undefined ? "" : `: ${words(line.reason)}`;
  const isLacking = line.outcome === "completed" && !line.full;
  return (
    <Badge tone={isLacking ? "warn" : TONES[line.outcome]}>
      {line.outcome + reason + (isLacking ? ", not in full" : "")}
    </Badge>
  );
}
