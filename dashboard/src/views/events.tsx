import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { NodeEvent } from "../api/types.ts";
import type { Feed } from "../live/feed.ts";
import { EventTable } from "./event-table.tsx";
import { Empty } from "./parts.tsx";

const KINDS: readonly NodeEvent["kind"][] = [
  "deploy",
  "swap",
  "reload",
  "shed",
  "load",
  "rollout",
  "flag",
  "replay",
];

/** What happened of late, newest first. */
export function Events({ feed }: { feed: Feed }): JSX.Element {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shown = feed.events.filter((event) => !hidden.has(event.kind));
  const toggle = (kind: string): void => {
    const next = new Set(hidden);
    if (!next.delete(kind)) {
      next.add(kind);
    }
    setHidden(next);
  };
  return (
    <>
      <h2>Events</h2>
      <div class="chips filters" role="group" aria-label="Kinds of events">
        {KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            class="chip"
            aria-pressed={!hidden.has(kind)}
            onClick={() => toggle(kind)}
          >
            {kind}
          </button>
        ))}
      </div>
      {shown.length === 0 ? (
        <Empty>Nothing happened yet that is told here.</Empty>
      ) : (
        <section class="card">
          <EventTable events={shown} subject="Where" sentence="Which" isMixed />
        </section>
      )}
    </>
  );
}
