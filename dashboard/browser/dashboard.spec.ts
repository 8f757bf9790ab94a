import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Load } from "./load.ts";
import { executable, PIPELINE, REQUEST, STEP, URL, Visitor, WAIT } from "./visitor.ts";

/** A stage on trial; without one nothing is clicked there. */
const STAGE = process.env["WEFT_STAGE"];
const SECONDS_BEFORE_SHOTS = Number(process.env["WEFT_WARM_SECONDS"] ?? 3);

/** Real clicks on a real server. */
describe.skipIf(executable === undefined)("the dashboard in Chromium", () => {
  let visitor: Visitor;
  let page: Page;
  let load: Load;

  beforeAll(async () => {
    load = new Load(`${URL}/v2/models/${PIPELINE}/infer`, REQUEST, 3, 20);
    visitor = await Visitor.arrive();
    page = visitor.page;
  });

  afterAll(async () => {
    await load?.stop();
    await visitor?.leave();
  });

  it("says that it is live, and draws what runs with its rate", async () => {
    await visitor.seen(page.getByRole("status").getByText("Live", { exact: true }));
    expect(await page.title()).toBe("Pipelines · Weft");
    const tab = page
      .getByRole("navigation", { name: "Pipelines" })
      .getByRole("link", { name: PIPELINE });
    if ((await tab.count()) > 0) {
      await tab.first().click();
    }
    await visitor.seen(page.locator(".node .name", { hasText: STEP }));
    await page
      .locator(".edge.flows")
      .first()
      .waitFor({ state: "attached", ...WAIT });
    await page.getByText("Steps as a table").click();
    await visitor.seen(page.getByRole("row", { name: new RegExp(STEP) }));
    await page.getByText("Steps as a table").click();
    await visitor.seen(
      page.getByRole("group", { name: "Lanes" }).getByRole("row", { name: /\d ms/ }),
    );
    await page.waitForTimeout(SECONDS_BEFORE_SHOTS * 1000);
    await visitor.shoot("pipelines");
  });

  it("is used by the keyboard alone", async () => {
    await page.goto(URL);
    await visitor.seen(page.getByRole("heading", { level: 2, name: "Pipelines" }));
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("To the content");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.id === "main", undefined, WAIT);
    await page.getByRole("link", { name: "Node" }).focus();
    await page.keyboard.press("Enter");
    await visitor.seen(page.getByRole("heading", { level: 2, name: "Node" }));
    await page.waitForFunction(() => document.activeElement?.id === "main", undefined, WAIT);
  });

  it("tells the node's CPU, memory and load", async () => {
    await visitor.view("Node");
    await visitor.seen(page.getByText(/inference loops/));
    await visitor.seen(page.getByRole("img", { name: /CPU over the last two minutes/ }));
    await visitor.seen(page.getByText("Heap", { exact: true }));
    await visitor.shoot("node");
  });

  it("says of a server that is no node that there is no cluster to be seen", async () => {
    await visitor.view("Cluster");
    await visitor.seen(page.getByText(/no node of a cluster/));
  });

  it("explains a frame that is clicked", async () => {
    await visitor.view("Frames");
    await page
      .getByRole("link", { name: new RegExp(`^${PIPELINE}:\\d+$`) })
      .first()
      .click();
    await visitor.seen(
      page.getByRole("heading", { level: 3, name: new RegExp(`Frame ${PIPELINE}:`) }),
    );
    await visitor.seen(page.getByRole("rowheader", { name: STEP, exact: true }));
    await visitor.shoot("frames");
    await page.getByLabel("Frame", { exact: true }).fill("nosuch:1");
    visitor.complaints.length = 0; // A refusal is a complaint of the browser's own, too.
    await page.getByRole("button", { name: "Explain" }).click();
    await visitor.seen(page.getByRole("alert").getByText(/frame: 'nosuch:1'/));
    expect(visitor.complaints.splice(0).join()).toMatch(/^error: Failed to load resource.*404/);
  });

  it("lists events, of the kinds that are wanted", async () => {
    await visitor.view("Events");
    await visitor.seen(page.getByRole("rowheader", { name: PIPELINE, exact: true }));
    const deploys = page.getByRole("button", { name: "deploy" });
    await deploys.click();
    expect(await deploys.getAttribute("aria-pressed")).toBe("false");
    expect(await page.getByText(/^deployed: /).count()).toBe(0);
    await deploys.click();
    await visitor.seen(page.getByText(/^deployed: /));
    await visitor.shoot("events");
  });

  it.skipIf(STAGE === undefined)(
    "pauses, resumes and aborts a rollout, each for a reason",
    async () => {
      await visitor.view("Rollouts");
      await visitor.seen(page.getByRole("heading", { level: 3, name: new RegExp(`^${STAGE}`) }));
      await visitor.seen(page.getByText("progressing", { exact: true }));
      await visitor.seen(page.getByRole("img", { name: /estimate with its interval/ }));
      await page.waitForTimeout(SECONDS_BEFORE_SHOTS * 1000);
      await visitor.shoot("rollouts");
      await ask("pause", "market day");
      await visitor.seen(page.getByText("paused", { exact: true }));
      await visitor.seen(page.getByText(/paused at .*: market day/));
      await ask("resume", "the market is over");
      await visitor.seen(page.getByText("progressing", { exact: true }));
      await ask("abort", "a browser's test");
      await visitor.seen(page.getByText("degraded", { exact: true }));
      await visitor.view("Events");
      await visitor.seen(page.getByText("an operator asked to abort: a browser's test"));
    },
  );

  async function ask(verb: string, reason: string): Promise<void> {
    await page.getByRole("button", { name: verb, exact: true }).click();
    const dialog = page.getByRole("dialog");
    await visitor.seen(dialog);
    const yes = dialog.getByRole("button", { name: `Yes, ${verb}` });
    expect(await yes.isDisabled()).toBe(true);
    await dialog.getByRole("textbox").fill(reason);
    if (verb === "abort") {
      await visitor.glance("confirm-light");
    }
    await yes.click();
    await dialog.waitFor({ state: "hidden", ...WAIT });
  }

  it("says when it is not live, and is live again by itself", async () => {
    expect(visitor.complaints).toEqual([]);
    await visitor.view("Pipelines");
    await page.route("**/weft/v1/live", (route) => route.abort("connectionrefused"));
    await page.reload();
    await visitor.seen(page.getByRole("status").getByText(/^Not live: /));
    await page.unroute("**/weft/v1/live");
    await visitor.seen(page.getByRole("status").getByText("Live", { exact: true }));
    visitor.complaints.length = 0; // What the browser says of the time without a server.
    await page.waitForTimeout(1_500);
    expect(visitor.complaints).toEqual([]);
  });

  it("fits a narrow screen", async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await visitor.view("Pipelines");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(390);
    await visitor.glance("narrow-light");
  });
});
