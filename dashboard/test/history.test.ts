import { describe, expect, it } from "vitest";
import { after, emptyHistory, SECONDS } from "../src/live/history.ts";
import { lane, pipeline, snapshot } from "./snapshots.ts";

describe("history", () => {
  it("goes back two minutes and no further, however long the page is open", () => {
    let history = emptyHistory();
    for (let second = 1; second <= 1000; second++) {
      history = after(history, snapshot(second, [pipeline("p")]));
    }
    const moments = history.pipelines.get("p") ?? [];
    expect(moments).toHaveLength(SECONDS);
    expect(moments.at(-1)?.at).toBe(1000);
    expect(history.node).toHaveLength(SECONDS);
  });

  it("adds lanes up, but shows the latency of the slowest", () => {
    const lanes = [
      lane({
        completed: 3,
        dropped: { "queue-full": 1, superseded: 2 },
        p99Millis: 5,
        heat: [1, 0],
      }),
      lane({ completed: 4, failed: { internal: 1 }, p99Millis: 9, heat: [2, 7] }),
    ];
    const moment = after(emptyHistory(), snapshot(1, [pipeline("p", lanes)])).pipelines.get(
      "p",
    )?.[0];
    expect(moment).toMatchObject({ completed: 7, dropped: 3, failed: 1, p99: 9, heat: [3, 7] });
    expect(moment?.p50).toBeNaN();
  });

  it("ends with its pipeline", () => {
    const before = after(emptyHistory(), snapshot(1, [pipeline("gone"), pipeline("stays")]));
    const now = after(before, snapshot(2, [pipeline("stays")]));
    expect([...now.pipelines.keys()]).toEqual(["stays"]);
  });

  it("begins anew when the server's clock was set back, as a chart's times must rise", () => {
    const before = after(emptyHistory(), snapshot(100, [pipeline("p")]));
    const now = after(before, snapshot(50, [pipeline("p")]));
    expect(now.pipelines.get("p")?.map((each) => each.at)).toEqual([50]);
  });
});
