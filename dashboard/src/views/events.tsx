import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { NodeEvent } from "../api/types.ts";
import { clock } from "../figures/format.ts";
import type { Feed } from "../live/feed.ts";
import { Badge, Empty } from "./parts.tsx";

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
const TONES = {
  deploy: "good",
  swap: "line",
  reload: "line",
  shed: "warn",
  load: "quiet",
  rollout: "line",
  flag: "line",
  replay: "quiet",
};

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
          <table class="events">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">What</th>
                <th scope="col">Where</th>
                <th scope="col">Which</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((event) => (
                <tr key={event.number}>
                  <td class="num">
                    <time dateTime={event.at} title={event.at}>
                      {clock(event.at)}
                    </time>
                  </td>
                  <td>
                    <Badge tone={TONES[event.kind]}>{event.kind}</Badge>
                  </td>
                  <th scope="row">{event.subject}</th>
                  <td>{event.sentence}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}
