import { events as askEvents, identity, refusal, Refused } from "../api/client.ts";
import type { NodeEvent, Snapshot } from "../api/types.ts";
import { isGap, merged } from "./events.ts";
import { after, emptyHistory, type History } from "./history.ts";
import { EventReader } from "./sse.ts";

/** How the connection to the server is. */
export type Connection =
  | { is: "connecting" }
  | { is: "live" }
  | { is: "lost"; why: string; since: number; wantsCredential: boolean };

export interface Feed {
  connection: Connection;
  snapshot: Snapshot | undefined;
  history: History;
  events: NodeEvent[];
}

const SILENCE_MILLIS = 5_000;
const PAUSES_MILLIS = [500, 1_000, 2_000, 5_000];

/** The pause before the next attempt. */
export function pauseMillis(attempt: number): number {
  return PAUSES_MILLIS[Math.min(attempt, PAUSES_MILLIS.length - 1)] ?? 5_000;
}

/**
 * Follows the server's snapshots for as long as the page is open, and tells all who listen of each:
 * once a second. A stream that says nothing for 5 s is taken for lost and begun anew.
 */
export class LiveFeed {
  private feed: Feed = {
    connection: { is: "connecting" },
    snapshot: undefined,
    history: emptyHistory(),
    events: [],
  };
  private readonly listeners = new Set<() => void>();

  current(): Feed {
    return this.feed;
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private become(change: Partial<Feed>): void {
    this.feed = { ...this.feed, ...change };
    for (const listener of this.listeners) {
      listener();
    }
  }

  async follow(): Promise<never> {
    for (let attempt = 0; ; attempt++) {
      let why = "the server ended it";
      let wantsCredential = false;
      try {
        await this.once(() => (attempt = 0));
      } catch (e) {
        why = e instanceof Error ? e.message : String(e);
        wantsCredential = e instanceof Refused && e.status === 401;
      }
      const { connection } = this.feed;
      const since = connection.is === "lost" ? connection.since : Date.now();
      this.become({ connection: { is: "lost", why, since, wantsCredential } });
      await new Promise((done) => setTimeout(done, pauseMillis(attempt)));
    }
  }

  /** Follows one stream to its end. */
  private async once(alive: () => void): Promise<void> {
    const ending = new AbortController();
    let silence = 0;
    const heard = (): void => {
      clearTimeout(silence);
      silence = window.setTimeout(() => ending.abort(new Error("no word for 5 s")), SILENCE_MILLIS);
    };
    heard();
    try {
      const answer = await fetch("/weft/v1/live", {
        headers: { ...identity(), Accept: "text/event-stream" },
        cache: "no-store",
        signal: ending.signal,
      });
      if (!answer.ok || answer.body === null) {
        throw refusal(answer.status, await answer.text());
      }
      const reader = new EventReader();
      const text = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let read = await text.read(); !read.done; read = await text.read()) {
        heard();
        for (const event of reader.read(read.value)) {
          alive();
          this.take(JSON.parse(event.data) as Snapshot);
        }
      }
    } finally {
      clearTimeout(silence);
    }
  }

  private take(snapshot: Snapshot): void {
    const isMissing = isGap(this.feed.events, snapshot.events, snapshot.lastEvent);
    const events = merged(this.feed.events, snapshot.events);
    this.become({
      connection: { is: "live" },
      snapshot,
      history: after(this.feed.history, snapshot),
      events,
    });
    if (isMissing) {
      askEvents().then(
        (all) => this.become({ events: merged([], all) }),
        () => undefined, // The next snapshot asks again.
      );
    }
  }
}
