import { describe, expect, it } from "vitest";
import type { Edge } from "../src/api/types.ts";
import { layout, NODE } from "../src/graph/layout.ts";

function edge(from: string, to: string): Edge {
  return { from, to, tensors: ["x"] };
}

/** Whole numbers that follow from a seed: Lehmer's generator. */
function random(seed: number): (below: number) => number {
  let state = (seed % 2147483646) + 1;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

describe("the layout of a graph", () => {
  it("puts every step behind what it depends on, and no two in one place", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const next = random(seed);
      const steps = 2 + next(12);
      const edges: Edge[] = [];
      for (let to = 1; to < steps; to++) {
        for (let i = 0; i <= next(3); i++) {
          edges.push(edge(`s${next(to)}`, `s${to}`));
        }
      }
      const { nodes, width, height } = layout(edges);
      const at = new Map(nodes.map((node) => [node.name, node]));
      for (const { from, to } of edges) {
        expect(at.get(to)?.x, `seed ${seed}`).toBeGreaterThan((at.get(from)?.x ?? 0) + NODE.width);
      }
      expect(new Set(nodes.map((node) => `${node.x} ${node.y}`)).size, `seed ${seed}`).toBe(
        nodes.length,
      );
      for (const node of nodes) {
        expect(node.x + NODE.width, `seed ${seed}`).toBeLessThanOrEqual(width);
        expect(node.y + NODE.height, `seed ${seed}`).toBeLessThanOrEqual(height);
        expect(node.y, `seed ${seed}`).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it("of one that has a cycle, which no manifest can have, still ends", () => {
    expect(layout([edge("a", "b"), edge("b", "a")]).nodes).toHaveLength(2);
  });

  it("draws a line for each edge", () => {
    const { edges } = layout([edge("frame", "a"), edge("a", "answer"), edge("frame", "answer")]);
    expect(edges.map((each) => each.path.startsWith("M"))).toEqual([true, true, true]);
  });
});
