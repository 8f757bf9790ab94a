import { describe, expect, it } from "vitest";
import { query } from "../src/api/client.ts";
import type { Edge, Explained, ExplainedStep } from "../src/api/types.ts";
import { difference } from "../src/figures/difference.ts";
import { length, waterfall } from "../src/figures/waterfall.ts";
import { framesAddress, route } from "../src/route.ts";

function step(name: string, change: Partial<ExplainedStep> = {}): ExplainedStep {
  return {
    step: name,
    stage: name,
    variant: "fp32",
    waitedMillis: 1,
    ranMillis: 2,
    chosen: "declared",
    costMillis: 2,
    batch: 1,
    ...change,
  };
}

function frame(steps: ExplainedStep[], change: Partial<Explained> = {}): Explained {
  return {
    pipeline: "kiosk",
    at: new Date(0).toISOString(),
    lane: "interactive",
    outcome: "completed",
    totalMillis: 10,
    full: true,
    rule: "",
    costMillis: 0,
    steps,
    skipped: [],
    degraded: [],
    unpaired: [],
    ...change,
  };
}

function edges(...pairs: string[]): Edge[] {
  return pairs.map((pair) => {
    const [from, to] = pair.split(" ");
    return { from: from ?? "", to: to ?? "", tensors: [] };
  });
}

describe("a waterfall", () => {
  it("has each step begin when the last that it waits for has ended", () => {
    const steps = [step("a"), step("b", { ranMillis: 5 }), step("c")];
    const graph = edges("frame a", "frame b", "a c", "b c", "c answer");
    const bars = waterfall(steps, graph);
    expect(bars.map((bar) => [bar.step, bar.ready, bar.begun, bar.ended])).toEqual([
      ["a", 0, 1, 3],
      ["b", 0, 1, 6],
      ["c", 6, 7, 9],
    ]);
    expect(length(8, bars)).toBe(9);
    expect(length(12, bars)).toBe(12);
  });

  it("lets what was skipped take no time", () => {
    const bars = waterfall([step("a"), step("c")], edges("frame a", "a b", "b c"));
    expect(bars[1]).toMatchObject({ ready: 3, ended: 6 });
  });

  it("is drawn of a graph that goes round, and of none", () => {
    expect(waterfall([step("a"), step("b")], edges("a b", "b a"))).toHaveLength(2);
    expect(waterfall([step("a")], [])[0]).toMatchObject({ ready: 0, ended: 3 });
    expect(length(0, [])).toBeGreaterThan(0);
  });
});

describe("the difference of two frames", () => {
  it("is nothing for two that ran alike", () => {
    const rows = difference(frame([step("a")]), frame([step("a")]));
    expect(rows).toMatchObject([{ step: "a", differs: [], longerMillis: 0, isMuch: false }]);
  });

  it("names the steps that ran otherwise, and how", () => {
    const a = frame([step("a"), step("b"), step("c")]);
    const b = frame(
      [
        step("a", { variant: "int8", chosen: "candidate" }),
        step("b", { batch: 3 }),
        step("d", { stage: "other" }),
      ],
      { skipped: [{ step: "c", reason: "gate-off", flag: "kiosk.c", rule: "off, as set" }] },
    );
    expect(difference(a, b).map((row) => [row.step, row.differs])).toEqual([
      ["a", ["other variant", "chosen otherwise"]],
      ["b", ["other batch"]],
      ["c", ["not run in the second"]],
      ["d", ["only in the second"]],
    ]);
    expect(difference(b, a).map((row) => row.differs)).toContainEqual(["not run in the first"]);
  });

  it("tells skips for other reasons apart, and times only where both ran", () => {
    const skipped = (reason: string): Explained => frame([], { skipped: [{ step: "a", reason }] });
    const rows = difference(skipped("gate-off"), skipped("overloaded"));
    expect(rows[0]).toMatchObject({ differs: ["other reason"], isMuch: false });
    expect(rows[0]?.longerMillis).toBeNaN();
  });

  it("takes for much what is a tenth of the longer frame", () => {
    const slow = frame([step("a", { ranMillis: 4 })], { totalMillis: 15 });
    expect(difference(frame([step("a")]), slow)[0]).toMatchObject({
      longerMillis: 2,
      isMuch: true,
    });
  });
});

describe("a choice of frames", () => {
  it("is asked for without what is not wanted", () => {
    const all = { pipeline: "", outcome: "", lane: "", slow: false } as const;
    expect(query(all)).toBe("");
    expect(query({ ...all, pipeline: "a&b", outcome: "failed", slow: true })).toBe(
      "?pipeline=a%26b&outcome=failed&slow=true",
    );
  });

  it("of two leads to both", () => {
    expect(route(framesAddress("echo:1", "echo:2")).chosen).toBe("echo:1,echo:2");
  });
});
