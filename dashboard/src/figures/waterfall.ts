import type { ExplainedStep } from "../api/types.ts";

/** When one step was ready, began and ended, in milliseconds from when its frame was let in. */
export interface Bar {
  step: string;
  ready: number;
  begun: number;
  ended: number;
}

/** Where the steps of a frame stand in time, in the order given. */
export function waterfall(steps: ExplainedStep[]): Bar[] {
  return steps.map(({ step, startedMillis, waitedMillis, ranMillis }) => ({
    step,
    ready: Math.max(0, startedMillis - waitedMillis),
    begun: startedMillis,
    ended: startedMillis + ranMillis,
  }));
}

/** How long the picture is: the frame's time, or its last step's end should that be later. */
export function length(totalMillis: number, bars: Bar[]): number {
  return Math.max(totalMillis, 0.001, ...bars.map((bar) => bar.ended));
}
