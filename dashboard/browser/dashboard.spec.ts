import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Browser, open, place } from "./chromium.ts";
import { Load } from "./load.ts";

/** What the test is told: a server, a pipeline with a step, a request of it, a stage on trial. */
const URL = process.env["WEFT_URL"] ?? "http://127.0.0.1:8000";
const PIPELINE = process.env["WEFT_PIPELINE"] ?? "answer";
const STEP = process.env["WEFT_STEP"] ?? "classify";
const STAGE = process.env["WEFT_STAGE"];
const REQUEST = process.env["WEFT_REQUEST"] ?? "{}";
const SHOTS = process.env["WEFT_SHOTS"] ?? "target/pictures";
const SECONDS_BEFORE_SHOTS = Number(process.env["WEFT_WARM_SECONDS"] ?? 3);

const executable = place();
const WAIT = { timeout: 30_000 };

/** Real clicks on a real server. */
describe.skipIf(executable === undefined)("the dashboard in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let load: Load;
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    load = new Load(`${URL}/v2/models/${PIPELINE}/infer`, REQUEST, 3, 20);
    browser = await open(executable ?? "", "light");
    page = await browser.context.newPage();
    page.on("console", (said) => {
      if (said.type() === "error" || said.type() === "warning") {
        complaints.push(`${said.type()}: ${said.text()}`);
      }
    });
    page.on("pageerror", (e) => complaints.push(String(e)));
    await page.goto(URL);
  });

  afterAll(async () => {
    await load?.stop();
    await browser?.close();
  });

  const seen = (what: Locator): Promise<void> =>
    what.first().waitFor({ state: "visible", ...WAIT });

  async function view(name: string): Promise<void> {
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name }).click();
    await seen(page.getByRole("heading", { level: 2, name }));
  }

  async function shoot(name: string): Promise<void> {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(SHOTS, `${name}-${colorScheme}.png`), fullPage: true });
    }
    await page.emulateMedia({ colorScheme: "light" });
  }

  it("says that it is live, and draws what runs with its rate", async () => {
    await seen(page.getByRole("status").getByText("Live", { exact: true }));
    expect(await page.title()).toBe("Pipelines · Weft");
    const tab = page
      .getByRole("navigation", { name: "Pipelines" })
      .getByRole("link", { name: PIPELINE });
    if ((await tab.count()) > 0) {
      await tab.first().click();
    }
    await seen(page.locator(".node .name", { hasText: STEP }));
    await page
      .locator(".edge.flows")
      .first()
      .waitFor({ state: "attached", ...WAIT });
    await page.getByText("Steps as a table").click();
    await seen(page.getByRole("row", { name: new RegExp(STEP) }));
    await page.getByText("Steps as a table").click();
    await seen(page.getByRole("group", { name: "Lanes" }).getByRole("row", { name: /\d ms/ }));
    await page.waitForTimeout(SECONDS_BEFORE_SHOTS * 1000);
    await shoot("pipelines");
  });

  it("is used by the keyboard alone", async () => {
    await page.goto(URL);
    await seen(page.getByRole("heading", { level: 2, name: "Pipelines" }));
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("To the content");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.id === "main", undefined, WAIT);
    await page.getByRole("link", { name: "Node" }).focus();
    await page.keyboard.press("Enter");
    await seen(page.getByRole("heading", { level: 2, name: "Node" }));
    await page.waitForFunction(() => document.activeElement?.id === "main", undefined, WAIT);
  });

  it("tells the node's CPU, memory and load", async () => {
    await view("Node");
    await seen(page.getByText(/inference loops/));
    await seen(page.getByRole("img", { name: /CPU over the last two minutes/ }));
    await seen(page.getByText("Heap", { exact: true }));
    await shoot("node");
  });

  it("explains a frame that is clicked", async () => {
    await view("Frames");
    await page
      .getByRole("link", { name: new RegExp(`^${PIPELINE}:\\d+$`) })
      .first()
      .click();
    await seen(page.getByRole("heading", { level: 3, name: new RegExp(`Frame ${PIPELINE}:`) }));
    await seen(page.getByRole("rowheader", { name: STEP, exact: true }));
    await shoot("frames");
    await page.getByLabel("Frame", { exact: true }).fill("nosuch:1");
    complaints.length = 0; // A refusal is a complaint of the browser's own, too.
    await page.getByRole("button", { name: "Explain" }).click();
    await seen(page.getByRole("alert").getByText(/frame: 'nosuch:1'/));
    expect(complaints.splice(0).join()).toMatch(/^error: Failed to load resource.*404/);
  });

  it("lists events, of the kinds that are wanted", async () => {
    await view("Events");
    await seen(page.getByRole("rowheader", { name: PIPELINE, exact: true }));
    const deploys = page.getByRole("button", { name: "deploy" });
    await deploys.click();
    expect(await deploys.getAttribute("aria-pressed")).toBe("false");
    expect(await page.getByText(/^deployed: /).count()).toBe(0);
    await deploys.click();
    await seen(page.getByText(/^deployed: /));
    await shoot("events");
  });

  it.skipIf(STAGE === undefined)(
    "pauses, resumes and aborts a rollout, each for a reason",
    async () => {
      await view("Rollouts");
      await seen(page.getByRole("heading", { level: 3, name: new RegExp(`^${STAGE}`) }));
      await seen(page.getByText("progressing", { exact: true }));
      await seen(page.getByRole("img", { name: /estimate with its interval/ }));
      await page.waitForTimeout(SECONDS_BEFORE_SHOTS * 1000);
      await shoot("rollouts");
      await ask("pause", "market day");
      await seen(page.getByText("paused", { exact: true }));
      await seen(page.getByText(/paused at .*: market day/));
      await ask("resume", "the market is over");
      await seen(page.getByText("progressing", { exact: true }));
      await ask("abort", "a browser's test");
      await seen(page.getByText("degraded", { exact: true }));
      await view("Events");
      await seen(page.getByText("an operator asked to abort: a browser's test"));
    },
  );

  async function ask(verb: string, reason: string): Promise<void> {
    await page.getByRole("button", { name: verb, exact: true }).click();
    const dialog = page.getByRole("dialog");
    await seen(dialog);
    const yes = dialog.getByRole("button", { name: `Yes, ${verb}` });
    expect(await yes.isDisabled()).toBe(true);
    await dialog.getByRole("textbox").fill(reason);
    if (verb === "abort") {
      await page.waitForTimeout(200);
      await page.screenshot({ path: join(SHOTS, "confirm-light.png") });
    }
    await yes.click();
    await dialog.waitFor({ state: "hidden", ...WAIT });
  }

  it("says when it is not live, and is live again by itself", async () => {
    expect(complaints).toEqual([]);
    await view("Pipelines");
    await page.route("**/weft/v1/live", (route) => route.abort("connectionrefused"));
    await page.reload();
    await seen(page.getByRole("status").getByText(/^Not live: /));
    await page.unroute("**/weft/v1/live");
    await seen(page.getByRole("status").getByText("Live", { exact: true }));
    complaints.length = 0; // What the browser says of the time without a server.
    await page.waitForTimeout(1_500);
    expect(complaints).toEqual([]);
  });

  it("fits a narrow screen", async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await view("Pipelines");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(390);
    await page.screenshot({ path: join(SHOTS, "narrow-light.png") });
  });
});
