import type { LaneLive, PipelineLive, Snapshot } from "../src/api/types.ts";

export function lane(change: Partial<LaneLive> = {}): LaneLive {
  return {
    lane: "interactive",
    paused: false,
    completed: 0,
    dropped: {},
    failed: {},
    skipped: {},
    degraded: 0,
    heat: [0, 0],
    ...change,
  };
}

export function pipeline(name: string, lanes: LaneLive[] = [lane()]): PipelineLive {
  return {
    name,
    perSecond: 0,
    inFlight: 0,
    maxInFlight: 8,
    lanes,
    steps: [],
    waiting: {},
    edges: [],
  };
}

export function snapshot(second: number, pipelines: PipelineLive[]): Snapshot {
  return {
    at: new Date(second * 1000).toISOString(),
    node: {
      version: "1",
      pid: 1,
      upSeconds: second,
      loops: 2,
      level: "normal",
      pausedLanes: [],
      sample: { machineShare: 0.5 },
      heap: { usedBytes: 1, maxBytes: 2 },
      tensors: { heldBytes: 3, peakBytes: 4, maxBytes: 5 },
      variantBytes: {},
      celsius: {},
    },
    heatBoundsMillis: [0.05, 0.1],
    pipelines,
    events: [],
    lastEvent: 0,
  };
}
