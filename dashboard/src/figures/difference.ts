import type { Explained, ExplainedStep, SkippedStep } from "../api/types.ts";

/** What became of a step for one frame; undefined where it was not reached. */
export type Side = { ran: ExplainedStep } | { skipped: SkippedStep } | undefined;

export interface Row {
  step: string;
  a: Side;
  b: Side;
  /** What differs in kind, in words; empty where both did the same. */
  differs: string[];
  /** How much longer the second took, waiting among it; NaN where one did not run. */
  longerMillis: number;
  /** Whether that is much of what the frames took. */
  isMuch: boolean;
}

/** Part of the longer frame's time from which a difference is shown as one. */
const MUCH = 0.1;

/** Two frames step by step: those of the first in its order, then what only the second has. */
export function difference(a: Explained, b: Explained): Row[] {
  const names = new Set([...steps(a), ...steps(b)]);
  const most = Math.max(a.totalMillis, b.totalMillis);
  return [...names].map((step) => {
    const [here, there] = [side(a, step), side(b, step)];
    const longerMillis = took(there) - took(here);
    return {
      step,
      a: here,
      b: there,
      differs: differs(here, there),
      longerMillis,
      isMuch: Math.abs(longerMillis) > most * MUCH,
    };
  });
}

function steps(frame: Explained): string[] {
  return [...frame.steps, ...frame.skipped].map((each) => each.step);
}

/** One that failed and was left out ran, but what counts is that the frame lacks it. */
function side(frame: Explained, step: string): Side {
  const skipped = frame.skipped.find((each) => each.step === step);
  if (skipped !== undefined) {
    return { skipped };
  }
  const ran = frame.steps.find((each) => each.step === step);
  return ran === undefined ? undefined : { ran };
}

function took(side: Side): number {
  return side !== undefined && "ran" in side
    ? side.ran.waitedMillis + side.ran.ranMillis
    : Number.NaN;
}

function differs(a: Side, b: Side): string[] {
  if (a === undefined || b === undefined) {
    return a === b ? [] : [a === undefined ? "only in the second" : "only in the first"];
  }
  if ("ran" in a && "ran" in b) {
    return differsAsRun(a.ran, b.ran);
  }
  if ("skipped" in a && "skipped" in b) {
    return a.skipped.reason === b.skipped.reason ? [] : ["other reason"];
  }
  return ["ran" in a ? "not run in the second" : "not run in the first"];
}

function differsAsRun(a: ExplainedStep, b: ExplainedStep): string[] {
  const found = [];
  if (a.stage !== b.stage) {
    found.push("other stage");
  } else if (a.variant !== b.variant) {
    found.push("other variant");
  }
  if (a.chosen !== b.chosen) {
    found.push("chosen otherwise");
  }
  if (a.batch !== b.batch) {
    found.push("other batch");
  }
  return found;
}
