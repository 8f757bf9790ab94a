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
const GAP = { x: 72, y: 24 };
const MARGIN = 14;

/** Room for an edge that passes a column on its way to a later one. */
const PASS_HEIGHT = 8;

/** A node in its column, or the place where an edge passes it. */
interface Cell {
  name: string;
  /** Names of the cells in earlier columns that lead here. */
  sources: string[];
  height: number;
}

/**
 * Places a graph without cycles in columns from left to right: each node one column behind the last
 * it depends on, and within its column near what leads to it. An edge over several columns has a
 * place of its own in each it passes, so that it crosses no node.
 */
export function layout(edges: Edge[]): Layout {
  const names = [...new Set(edges.flatMap((edge) => [edge.from, edge.to]))];
  const columnOf = columns(names, edges);
  const cells: Cell[][] = [];
  const put = (column: number, cell: Cell): void => void (cells[column] ??= []).push(cell);
  const stops = edges.map((edge) => [edge.from, ...passes(edge, columnOf), edge.to]);
  const sourcesOf = (name: string): string[] =>
    stops.flatMap((way) => (way.at(-1) === name ? (way.at(-2) ?? []) : []));
  for (const name of names) {
    put(columnOf.get(name) ?? 0, { name, sources: sourcesOf(name), height: NODE.height });
  }
  for (const way of stops) {
    way.slice(1, -1).forEach((name, i) => {
      const column = (columnOf.get(way[0] ?? "") ?? 0) + 1 + i;
      put(column, { name, sources: [way[i] ?? ""], height: PASS_HEIGHT });
    });
  }
  const used = cells.filter((column) => column !== undefined);
  const height = Math.max(...used.map(heightOf), NODE.height) + 2 * MARGIN;
  const placed = place(used, height);
  return {
    nodes: names.flatMap((name) => placed.get(name) ?? []),
    edges: edges.map((edge, i) => drawn(edge, stops[i] ?? [], placed)),
    width: MARGIN * 2 + used.length * (NODE.width + GAP.x) - GAP.x,
    height,
  };
}

function heightOf(column: Cell[]): number {
  return column.reduce((sum, cell) => sum + cell.height + GAP.y, -GAP.y);
}

/** The column of each node, counted from 0. */
function columns(names: string[], edges: Edge[]): Map<string, number> {
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
  return depth;
}

/** Names of the places in the columns that an edge passes. */
function passes(edge: Edge, columnOf: Map<string, number>): string[] {
  const length = (columnOf.get(edge.to) ?? 0) - (columnOf.get(edge.from) ?? 0);
  return Array.from({ length: Math.max(0, length - 1) }, (_, i) => `${edge.from} ${edge.to} ${i}`);
}

function place(cells: Cell[][], height: number): Map<string, Placed> {
  const placed = new Map<string, Placed>();
  cells.forEach((column, i) => {
    const before = (cell: Cell): number => meanHeight(cell.sources, placed);
    let y = (height - heightOf(column)) / 2;
    for (const cell of [...column].sort((a, b) => before(a) - before(b))) {
      placed.set(cell.name, { name: cell.name, x: MARGIN + i * (NODE.width + GAP.x), y });
      y += cell.height + GAP.y;
    }
  });
  return placed;
}

/** Mean height of what leads to a cell; that of one without anything is the top. */
function meanHeight(sources: string[], placed: Map<string, Placed>): number {
  const known = sources.flatMap((name) => placed.get(name) ?? []);
  return known.length === 0 ? 0 : known.reduce((sum, each) => sum + each.y, 0) / known.length;
}

function drawn(edge: Edge, way: string[], placed: Map<string, Placed>): Layout["edges"][number] {
  const at = (name: string): Placed => placed.get(name) ?? { name, x: 0, y: 0 };
  const from = at(edge.from);
  const start = { x: from.x + NODE.width, y: from.y + NODE.height / 2 };
  let path = `M${start.x} ${start.y}`;
  let here = start;
  let last = start;
  for (const name of way.slice(1)) {
    const isEnd = name === edge.to;
    const to = at(name);
    const next = { x: to.x, y: to.y + (isEnd ? NODE.height : PASS_HEIGHT) / 2 };
    const bend = (next.x - here.x) / 2;
    path += `C${here.x + bend} ${here.y} ${next.x - bend} ${next.y} ${next.x} ${next.y}`;
    last = here;
    here = next;
    if (!isEnd) {
      here = { x: next.x + NODE.width, y: next.y };
      path += `H${here.x}`;
    }
  }
  return { edge, path, label: { x: here.x - GAP.x / 2, y: labelY(last, here) } };
}

/** Near the end of the edge, where no other has come in yet. */
function labelY(start: Point, end: Point): number {
  const straight = Math.abs(end.y - start.y) < 1;
  return straight ? end.y - 8 : end.y + (start.y - end.y) * 0.16 + (start.y > end.y ? 14 : -6);
}
