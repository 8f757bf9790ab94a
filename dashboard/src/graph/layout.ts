import type { Edge } from "../api/types.ts";

export interface Point {
  x: number;
  y: number;
}

export interface Placed extends Point {
  name: string;
}

export interface Layout {
  nodes: Placed[];
  edges: { edge: Edge; path: string; label: Point }[];
  width: number;
  height: number;
}

export const NODE = { width: 140, height: 66 };
const GAP = { x: 72, y: 26 };
const MARGIN = 14;

/**
 * Places a graph without cycles in columns from left to right: each node one column behind the last
 * it depends on, and within its column near what leads to it.
 */
export function layout(edges: Edge[]): Layout {
  const names = [...new Set(edges.flatMap((edge) => [edge.from, edge.to]))];
  const columns = byColumn(names, edges);
  const tallest = Math.max(...columns.map((column) => column.length), 1);
  const height = tallest * (NODE.height + GAP.y) - GAP.y + 2 * MARGIN;
  const placed = new Map<string, Placed>();
  columns.forEach((column, i) => {
    const used = column.length * (NODE.height + GAP.y) - GAP.y;
    const ordered = [...column].sort((a, b) => weight(a, edges, placed) - weight(b, edges, placed));
    ordered.forEach((name, row) => {
      placed.set(name, {
        name,
        x: MARGIN + i * (NODE.width + GAP.x),
        y: (height - used) / 2 + row * (NODE.height + GAP.y),
      });
    });
  });
  return {
    nodes: [...placed.values()],
    edges: edges.flatMap((edge) => drawn(edge, placed)),
    width: MARGIN * 2 + columns.length * (NODE.width + GAP.x) - GAP.x,
    height,
  };
}

function byColumn(names: string[], edges: Edge[]): string[][] {
  const depth = new Map<string, number>(names.map((name) => [name, 0]));
  // As many rounds as there are nodes settle any graph without cycles, and end with one.
  for (let round = 0; round < names.length; round++) {
    for (const { from, to } of edges) {
      depth.set(to, Math.max(depth.get(to) ?? 0, (depth.get(from) ?? 0) + 1));
    }
    if (edges.every(({ from, to }) => (depth.get(to) ?? 0) > (depth.get(from) ?? 0))) {
      break;
    }
  }
  const used = [...new Set(depth.values())].sort((a, b) => a - b);
  return used.map((column) => names.filter((name) => depth.get(name) === column));
}

/** Mean height of what leads to a node; those without anything keep to the top. */
function weight(name: string, edges: Edge[], placed: Map<string, Placed>): number {
  const sources = edges
    .filter((edge) => edge.to === name)
    .flatMap((edge) => placed.get(edge.from) ?? []);
  return sources.length === 0
    ? 0
    : sources.reduce((sum, source) => sum + source.y, 0) / sources.length;
}

function drawn(edge: Edge, placed: Map<string, Placed>): Layout["edges"] {
  const from = placed.get(edge.from);
  const to = placed.get(edge.to);
  if (from === undefined || to === undefined) {
    return [];
  }
  const start = { x: from.x + NODE.width, y: from.y + NODE.height / 2 };
  const end = { x: to.x, y: to.y + NODE.height / 2 };
  const bend = Math.max(30, (end.x - start.x) / 2);
  const path = `M${start.x} ${start.y}C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`;
  return [{ edge, path, label: { x: end.x - GAP.x / 2, y: labelY(start, end) } }];
}

/** Near the end of the edge, where no other has come in yet. */
function labelY(start: Point, end: Point): number {
  const straight = Math.abs(end.y - start.y) < 1;
  return straight ? end.y - 8 : end.y + (start.y - end.y) * 0.16 + (start.y > end.y ? 14 : -6);
}
