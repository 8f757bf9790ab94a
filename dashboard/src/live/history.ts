import type { LaneLive, PipelineLive, Snapshot } from "../api/types.ts";

/** Seconds that charts go back. */
export const SECONDS = 120;

/** One second of one pipeline, as charts draw it; NaN where there was nothing to measure. */
export interface Moment {
  /** Seconds since 1970. */
  at: number;
  completed: number;
  dropped: number;
  failed: number;
  p50: number;
  p90: number;
  p99: number;
  heat: number[];
}

/** One second of the node. */
export interface NodeMoment {
  at: number;
  cpu: number;
  own: number;
  heap: number;
  tensors: number;
}

export interface History {
  pipelines: Map<string, Moment[]>;
  node: NodeMoment[];
}

export function emptyHistory(): History {
  return { pipelines: new Map(), node: [] };
}

export function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** The worst of the lanes, so that a busy lane hides no slow one. */
function worst(lanes: LaneLive[], of: (lane: LaneLive) => number | undefined): number {
  const known = lanes.map(of).filter((value) => value !== undefined);
  return known.length === 0 ? Number.NaN : Math.max(...known);
}

function moment(at: number, live: PipelineLive): Moment {
  const heat: number[] = [];
  for (const lane of live.lanes) {
    lane.heat.forEach((count, i) => (heat[i] = (heat[i] ?? 0) + count));
  }
  return {
    at,
    completed: live.lanes.reduce((sum, lane) => sum + lane.completed, 0),
    dropped: live.lanes.reduce((sum, lane) => sum + total(lane.dropped), 0),
    failed: live.lanes.reduce((sum, lane) => sum + total(lane.failed), 0),
    p50: worst(live.lanes, (lane) => lane.p50Millis),
    p90: worst(live.lanes, (lane) => lane.p90Millis),
    p99: worst(live.lanes, (lane) => lane.p99Millis),
    heat,
  };
}

/** The history with one more snapshot; those of pipelines that are gone end. */
export function after(history: History, snapshot: Snapshot): History {
  const at = Date.parse(snapshot.at) / 1000;
  const pipelines = new Map<string, Moment[]>();
  for (const live of snapshot.pipelines) {
    const before = history.pipelines.get(live.name) ?? [];
    pipelines.set(live.name, kept(before, moment(at, live)));
  }
  const { node } = snapshot;
  const now: NodeMoment = {
    at,
    cpu: node.sample["machineShare"] ?? Number.NaN,
    own: node.sample["ownShare"] ?? Number.NaN,
    heap: node.heap.usedBytes,
    tensors: node.tensors.heldBytes,
  };
  return { pipelines, node: kept(history.node, now) };
}

function kept<T extends { at: number }>(before: T[], now: T): T[] {
  return [...before.filter((each) => each.at > now.at - SECONDS && each.at < now.at), now];
}
