import type { Gate, Look, Phase } from "../api/types.ts";
import type { Verb } from "../api/client.ts";
import { figure } from "./format.ts";

/** The KPIs of a rollout in the order they are shown. */
export const KPIS: readonly { kpi: string; title: string; hint: string }[] = [
  { kpi: "tail latency", title: "Latency", hint: "tail of the wait for the step, against stable" },
  { kpi: "shadow error", title: "Accuracy", hint: "distance of outputs on the same inputs" },
  { kpi: "cpu", title: "Cost", hint: "processor time per run, against stable" },
];

/** Of the gates of one KPI the one nearest to its limit, or beyond it. */
export function tightest(gates: Gate[], kpi: string): Gate | undefined {
  return gates.filter((gate) => gate.kpi === kpi).sort((a, b) => used(b) - used(a))[0];
}

/** What part of its limit a gate's estimate takes; 0 if one of them is not known. */
export function used(gate: Gate): number {
  const part = figure(gate.estimate) / figure(gate.limit);
  return Number.isFinite(part) ? part : 0;
}

/** One gate over time. */
export interface GateLine {
  kpi: string;
  metric: string;
  limit: number;
  /** Rows for a chart: when, lower, upper, estimate, limit. */
  rows: (number | null)[][];
}

/** The looks of a rollout by gate, in the order they first came. */
export function lines(history: Look[]): GateLine[] {
  const found = new Map<string, GateLine>();
  for (const look of history) {
    for (const gate of look.gates) {
      const key = `${gate.kpi} ${gate.metric}`;
      const line = found.get(key) ?? {
        kpi: gate.kpi,
        metric: gate.metric,
        limit: Number.NaN,
        rows: [[], [], [], [], []],
      };
      found.set(key, line);
      line.limit = figure(gate.limit);
      line.rows[0]?.push(Date.parse(look.at) / 1000);
      [gate.lower, gate.upper, gate.estimate, gate.limit].forEach((value, i) =>
        line.rows[i + 1]?.push(cell(figure(value), line.limit)),
      );
    }
  }
  return [...found.values()].map(rising);
}

/** Limits up to which figures are drawn. */
const REACH = 4;

/** An interval that reaches far beyond the limit would flatten all else. */
function cell(value: number, limit: number): number | null {
  if (!Number.isFinite(value)) {
    return null;
  }
  return Number.isFinite(limit) ? Math.min(value, limit * REACH) : value;
}

/** A chart's times must rise. */
function rising(line: GateLine): GateLine {
  const times = line.rows[0] ?? [];
  const kept = times.flatMap((at, i) => (i === 0 || (at ?? 0) > (times[i - 1] ?? 0) ? [i] : []));
  return { ...line, rows: line.rows.map((row) => kept.map((i) => row[i] ?? null)) };
}

/** What can be asked of a rollout in this phase. */
export function verbs(phase: Phase): Verb[] {
  switch (phase) {
    case "PROGRESSING":
      return ["pause", "promote", "abort"];
    case "PAUSED":
      return ["resume", "promote", "abort"];
    case "WATCHING":
      return ["abort"];
    case "HEALTHY":
      return ["undo"];
    case "DEGRADED":
    case "NONE":
      return [];
  }
}
