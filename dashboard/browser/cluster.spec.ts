import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executable, Visitor } from "./visitor.ts";

/** Whom the page asks, a node of one of several sites; without it there is no cluster to be seen. */
const NODE = process.env["WEFT_NODE"];

describe.skipIf(executable === undefined || NODE === undefined)("a cluster in Chromium", () => {
  const node = NODE ?? "";
  let visitor: Visitor;

  beforeAll(async () => {
    visitor = await Visitor.arrive();
    await visitor.view("Cluster");
  });

  afterAll(async () => {
    await visitor?.leave();
  });

  it("is told as this node sees it, its own site first", async () => {
    const { page } = visitor;
    await visitor.seen(page.getByText(`As ${node} sees it.`));
    const first = page.getByRole("group", { name: /^Nodes of / }).first();
    const row = first.getByRole("row", { name: new RegExp(node) });
    await visitor.seen(row.getByText("up", { exact: true }));
    await visitor.seen(page.getByRole("status").getByText("Live", { exact: true }));
    await visitor.shoot("cluster");
    expect(visitor.complaints).toEqual([]);
  });

  it("is searched by the name of a site or node", async () => {
    const { page } = visitor;
    await page.getByRole("searchbox", { name: "Site or node" }).fill("no-such-site");
    await visitor.seen(page.getByText(/^0 of \d+ sites$/));
    await page.getByRole("searchbox", { name: "Site or node" }).fill(node);
    await visitor.seen(page.getByText(/^1 of \d+ sites$/));
  });
});
