import type { Edge, ExplainedStep } from "../api/types.ts";

/** When one step was ready, began and ended, in milliseconds from when its frame was let in. */
export interface Bar {
  step: string;
  ready: number;
  begun: number;
  ended: number;
}

/**
 * Where the steps of a frame stand in time, in the order given. Each is ready when the last of those
 * it waits for has ended; one that was skipped took no time.
 *
 * @param edges of the pipeline; without them every step is ready at once
 */
export function waterfall(steps: ExplainedStep[], edges: Edge[]): Bar[] {
  const ran = new Map(steps.map((each) => [each.step, each]));
  const known = new Map<string, number>();
  const ended = (step: string): number => {
    const found = known.get(step);
    if (found !== undefined) {
      return found;
    }
    known.set(step, 0); // Of a graph that is none, as it goes round, something is drawn, too.
    const run = ran.get(step);
    const at = ready(step) + (run === undefined ? 0 : run.waitedMillis + run.ranMillis);
    known.set(step, at);
    return at;
  };
  const ready = (step: string): number =>
    Math.max(0, ...edges.filter((edge) => edge.to === step).map((edge) => ended(edge.from)));
  return steps.map((each) => {
    const at = ready(each.step);
    const begun = at + each.waitedMillis;
    return { step: each.step, ready: at, begun, ended: begun + each.ranMillis };
  });
}

/** How long the picture is: the frame's time, or its last step's end should that be later. */
export function length(totalMillis: number, bars: Bar[]): number {
  return Math.max(totalMillis, 0.001, ...bars.map((bar) => bar.ended));
}
