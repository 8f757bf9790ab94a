import { describe, expect, it } from "vitest";
import type { Gate, Look } from "../src/api/types.ts";
import { lines, tightest, used, verbs } from "../src/figures/gates.ts";

function gate(kpi: string, estimate: Gate["estimate"], limit: Gate["limit"], metric = "m"): Gate {
  return { kpi, metric, estimate, lower: 0, upper: "Infinity", limit, samples: 1, verdict: "PASS" };
}

function look(second: number, ...gates: Gate[]): Look {
  return { at: new Date(second * 1000).toISOString(), step: "5 %", gates };
}

describe("gates", () => {
  it("of one KPI are told by the one nearest to its limit", () => {
    const gates = [gate("cpu", 1, 4), gate("cpu", 3, 4, "worse"), gate("tail latency", 9, 4)];
    expect(tightest(gates, "cpu")?.metric).toBe("worse");
    expect(tightest(gates, "shadow error")).toBeUndefined();
  });

  it("that have measured nothing use nothing of their limit", () => {
    expect(used(gate("cpu", "NaN", 4))).toBe(0);
    expect(used(gate("cpu", undefined, 4))).toBe(0);
  });

  it("over time are one line each, with gaps where nothing was known", () => {
    const all = lines([
      look(1, gate("cpu", "NaN", 2), gate("tail latency", 1, 3)),
      look(2, gate("cpu", 1, 2), gate("tail latency", 2, 3)),
    ]);
    expect(all.map((each) => each.kpi)).toEqual(["cpu", "tail latency"]);
    expect(all[0]?.rows).toEqual([
      [1, 2],
      [0, 0],
      [null, null],
      [null, 1],
      [2, 2],
    ]);
  });

  it("that reach far beyond their limit do not flatten what is near it", () => {
    expect(lines([look(1, gate("cpu", 1000, 2))])[0]?.rows[3]).toEqual([8]);
  });

  it("of looks at the same moment keep the first, as a chart's times must rise", () => {
    expect(lines([look(1, gate("cpu", 1, 2)), look(1, gate("cpu", 2, 2))])[0]?.rows[3]).toEqual([
      1,
    ]);
  });
});

describe("what can be asked of a rollout", () => {
  it("depends on its phase, and is nothing once it was taken back", () => {
    expect(verbs("PROGRESSING")).toContain("pause");
    expect(verbs("PAUSED")).toContain("resume");
    expect(verbs("HEALTHY")).toEqual(["undo"]);
    expect(verbs("DEGRADED")).toEqual([]);
  });
});
