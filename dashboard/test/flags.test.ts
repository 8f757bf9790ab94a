import { describe, expect, it } from "vitest";
import type { Flag } from "../src/api/types.ts";
import { consequence, effective, said, share, shareRule } from "../src/figures/flags.ts";

const FLAG: Flag = {
  flag: "kiosk.rerank",
  rule: "25%",
  declared: "on",
  stickyBy: "session",
  steps: ["rerank"],
  summary: "A second pass.",
};

describe("a share that was typed", () => {
  it("is a rule from 0.01 to 99.99 with at most two decimals", () => {
    expect(["10", " 0.01 ", "99.99", "5.50", "07"].map(shareRule)).toEqual([
      "10%",
      "0.01%",
      "99.99%",
      "5.5%",
      "7%",
    ]);
    for (const wrong of ["", "0", "0.00", "100", "1e1", "0.001", "-5", "5%", "a", "Infinity"]) {
      expect(shareRule(wrong), wrong).toBeUndefined();
    }
  });
});

describe("a rule", () => {
  it("is a share of the keys", () => {
    expect(["on", "off", "12.5%"].map(share)).toEqual([100, 0, 12.5]);
    expect(["on", "off", "12.5%"].map(said)).toEqual(["on", "off", "on for 12.5 %"]);
    expect(effective(FLAG, "default")).toBe("on");
    expect(effective(FLAG, "off")).toBe("off");
  });
});

describe("what setting a flag does", () => {
  it("says which steps it is about, and who gets or loses it", () => {
    expect(consequence(FLAG, "off")).toBe(
      "rerank is skipped for every frame; what stands in for it is used. " +
        "About 25 % of the keys lose it; nobody gets it anew.",
    );
    expect(consequence(FLAG, "default")).toBe(
      "rerank runs for every frame. " +
        "About 75 % of the keys get it that have it not now; nobody loses it.",
    );
    expect(consequence(FLAG, "30.1%")).toContain("About 5.1 % of the keys get it");
    expect(consequence({ ...FLAG, rule: "on" }, "off")).toContain("All of the keys lose it");
  });

  it("says that nothing changes where it stands so, and that no step hangs on it", () => {
    expect(consequence(FLAG, "25%")).toContain("That is how it stands");
    expect(consequence({ ...FLAG, steps: [] }, "off")).toContain("No step hangs on it.");
    expect(consequence({ ...FLAG, steps: ["a", "b"] }, "off")).toContain(
      "a, b are skipped for every frame; what stands in for them is used.",
    );
  });
});
