import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Load } from "./load.ts";
import { executable, PIPELINE, REQUEST, STEP, URL, Visitor, WAIT } from "./visitor.ts";

/** A variant to replay with that gives something else; without one frames are not recorded. */
const OTHER = process.env["WEFT_OTHER_VARIANT"];
const STAGE = process.env["WEFT_STAGE"] ?? STEP;

describe.skipIf(executable === undefined)("frames in Chromium", () => {
  let visitor: Visitor;

  beforeAll(async () => {
    const load = new Load(`${URL}/v2/models/${PIPELINE}/infer`, REQUEST, 2, 5);
    visitor = await Visitor.arrive();
    await visitor.page.waitForTimeout(1_000);
    await load.stop();
  });

  afterAll(async () => {
    await visitor?.leave();
  });

  const list = () => visitor.page.getByRole("group", { name: "The last frames" });

  it("narrows the list, and puts the slowest first", async () => {
    const { page } = visitor;
    await visitor.view("Frames");
    await visitor.seen(list().getByRole("row", { name: PIPELINE }));
    await page.getByLabel("Outcome").selectOption("failed");
    await visitor.seen(page.getByText("None of these is remembered."));
    await page.getByLabel("Outcome").selectOption("");
    await page.getByLabel("Pipeline").selectOption(PIPELINE);
    await page.getByLabel("slowest first").check();
    await visitor.seen(list().getByRole("row", { name: PIPELINE }));
    await page.waitForFunction(() => {
      const cells = document.querySelectorAll(".tall tbody td:last-child");
      const took = [...cells].map((cell) => {
        const [value, unit] = (cell.textContent ?? "").split(" ");
        return Number(value) * (unit === "s" ? 1000 : 1);
      });
      return took.length > 2 && took.every((each, i) => i === 0 || each <= (took[i - 1] ?? 0));
    }, undefined);
  });

  it("compares two that are chosen, which may have left the list", async () => {
    const { page } = visitor;
    const compare = page.getByRole("button", { name: "Compare two" });
    expect(await compare.isDisabled()).toBe(true);
    const boxes = list().getByRole("checkbox");
    await boxes.nth(0).check();
    await boxes.nth((await boxes.count()) - 1).check();
    await compare.click();
    await visitor.seen(page.getByRole("group", { name: "Two frames side by side" }));
    await visitor.seen(page.getByRole("rowheader", { name: STEP, exact: true }));
    await visitor.seen(page.getByText(/^The second took .* (less|more)/));
    await visitor.shoot("compare");
    await page.getByRole("link", { name: "Swap the two" }).click();
    await visitor.seen(page.getByText(/^The second took .* (less|more)/));
  });

  it.skipIf(OTHER === undefined)("replays one as it was, and with another variant", async () => {
    const { page } = visitor;
    await list().getByRole("link").first().click();
    await visitor.seen(page.getByRole("group", { name: "Steps in time" }));
    const replay = page.getByRole("button", { name: "Replay" });
    await replay.click();
    await visitor.seen(page.getByText("every byte is as recorded"));
    await page.getByRole("combobox", { name: STAGE, exact: true }).selectOption(OTHER ?? "");
    await replay.click();
    await visitor.seen(page.getByText(/^not all is as recorded; /));
    await visitor.seen(page.getByText("other bytes"));
    await visitor.seen(page.getByText(/^\.\/weft replay /));
    await page.mouse.move(0, 0);
    await visitor.shoot("replay");
    await visitor.view("Events");
    await visitor.seen(page.getByText(/^an operator replayed frame \d+ as recorded: /));
    expect(visitor.complaints).toEqual([]);
  });

  it("fits a narrow screen", async () => {
    const { page } = visitor;
    await page.setViewportSize({ width: 390, height: 800 });
    for (const name of ["Frames", "Flags"]) {
      await visitor.view(name);
      await page.waitForTimeout(300);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, name).toBeLessThanOrEqual(390);
    }
    await page.waitForLoadState("load", WAIT);
  });
});
