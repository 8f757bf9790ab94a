import { describe, expect, it } from "vitest";
import { query } from "../src/api/client.ts";
import type { Explained, ExplainedStep } from "../src/api/types.ts";
import { difference } from "../src/figures/difference.ts";
import { length, waterfall } from "../src/figures/waterfall.ts";
import { framesAddress, route } from "../src/route.ts";

function step(name: string, change: Partial<ExplainedStep> = {}): ExplainedStep {
  return {
    step: name,
    stage: name,
    variant: "fp32",
    startedMillis: 1,
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

describe("a waterfall", () => {
  it("has each step wait and run where the server says it did", () => {
    const late = step("c", { startedMillis: 20, waitedMillis: 4, ranMillis: 5 });
    const bars = waterfall([step("a"), late]);
    expect(bars).toEqual([
      { step: "a", ready: 0, begun: 1, ended: 3 },
      { step: "c", ready: 16, begun: 20, ended: 25 },
    ]);
    expect(length(8, bars)).toBe(25);
    expect(length(32, bars)).toBe(32);
  });

  it("has no step ready before its frame was let in, as figures are rounded", () => {
    const [bar] = waterfall([step("a", { startedMillis: 0.1, waitedMillis: 0.101 })]);
    expect(bar).toMatchObject({ ready: 0, begun: 0.1 });
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
