import { describe, expect, it } from "vitest";
import type { NodeEvent } from "../src/api/types.ts";
import { EVENTS_MAX, isGap, merged } from "../src/live/events.ts";

function event(number: number): NodeEvent {
  return {
    number,
    at: "2026-01-01T00:00:00Z",
    kind: "load",
    subject: "node",
    sentence: `${number}`,
  };
}

describe("events", () => {
  it("are each there once, newest first", () => {
    const known = merged([event(2), event(1)], [event(2), event(3)]);
    expect(known.map((each) => each.number)).toEqual([3, 2, 1]);
  });

  it("that are told late stand where they belong", () => {
    const late = { ...event(3), at: "2025-12-31T23:59:59Z" };
    const known = merged([event(2), event(1)], [late]);
    expect(known.map((each) => each.number)).toEqual([2, 1, 3]);
    expect(isGap(known, [], 3)).toBe(false);
  });

  it("are bounded", () => {
    const many = Array.from({ length: EVENTS_MAX + 10 }, (_, i) => event(i + 1));
    expect(merged([], many)).toHaveLength(EVENTS_MAX);
    expect(merged([], many)[0]?.number).toBe(EVENTS_MAX + 10);
  });

  it("are asked for when some are missing, also after the server began anew", () => {
    expect(isGap([event(3)], [], 3)).toBe(false);
    expect(isGap([event(3)], [event(4), event(5)], 5)).toBe(false);
    expect(isGap([event(3)], [event(5)], 5)).toBe(true);
    expect(isGap([event(3)], [], 1)).toBe(true);
    expect(isGap([], [], 0)).toBe(false);
  });

  it("that came before the page was opened are asked for, though one comes with the first snapshot", () => {
    expect(isGap([], [event(45)], 45)).toBe(true);
    expect(isGap([], [event(1)], 1)).toBe(false);
  });
});
