import type { NodeEvent } from "../api/types.ts";

export const EVENTS_MAX = 512;

/** Known and new events, newest first, each once; some are told late. */
export function merged(known: NodeEvent[], news: NodeEvent[]): NodeEvent[] {
  const byNumber = new Map([...known, ...news].map((event) => [event.number, event]));
  return [...byNumber.values()]
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.number - a.number)
    .slice(0, EVENTS_MAX);
}

/** Whether events are missing between those known and the news, which end with number `last`. */
export function isGap(known: NodeEvent[], news: NodeEvent[], last: number): boolean {
  const newest = known.reduce((most, event) => Math.max(most, event.number), 0);
  return newest !== last - news.length;
}
