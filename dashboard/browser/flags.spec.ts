import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { executable, URL, Visitor, WAIT } from "./visitor.ts";

/** A flag of a pipeline that is on as declared; without one there is nothing to set. */
const FLAG = process.env["WEFT_FLAG"];

/** Most time between a change and its being drawn elsewhere: a snapshot a second, and a request. */
const SEEN_WITHIN_MILLIS = 2_500;

describe.skipIf(executable === undefined || FLAG === undefined)("flags in Chromium", () => {
  let visitor: Visitor;
  let other: Page;

  beforeAll(async () => {
    visitor = await Visitor.arrive();
    other = await visitor.another();
    await other.goto(`${URL}#/flags`);
  });

  afterAll(async () => {
    await visitor?.leave();
  });

  const row = (page: Page) =>
    page.getByRole("group", { name: "Flags" }).getByRole("row", { name: FLAG ?? "" });

  it("sets one for a reason, and says before what that does", async () => {
    const { page } = visitor;
    await visitor.view("Flags");
    await visitor.seen(row(page).getByText("as declared"));
    await row(other).waitFor(WAIT);
    await page.getByRole("button", { name: `Set ${FLAG}` }).click();
    const dialog = page.getByRole("dialog", { name: `Set ${FLAG}` });
    await dialog.getByRole("radio", { name: "Off", exact: true }).check();
    await visitor.seen(dialog.getByText(/skipped for every frame.*All of the keys lose it/));
    const yes = dialog.getByRole("button", { name: "Yes, set it to off" });
    expect(await yes.isDisabled()).toBe(true);
    await dialog.getByLabel(/^Reason/).fill("too slow today");
    await visitor.glance("flag-dialog-light");
    await yes.click();
    const asked = Date.now();
    await row(other).getByText("too slow today").waitFor(WAIT);
    expect(Date.now() - asked).toBeLessThan(SEEN_WITHIN_MILLIS);
    expect(await row(other).getByText("off", { exact: true }).count()).toBe(1);
    await dialog.waitFor({ state: "hidden", ...WAIT });
    await visitor.seen(page.getByText(`${FLAG} was on and is off now.`));
    await visitor.seen(page.getByRole("heading", { level: 3, name: "Changes of late" }));
  });

  it("is set by the keyboard alone, and takes no share that is none", async () => {
    const { page } = visitor;
    await page.getByRole("button", { name: `Set ${FLAG}` }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { checked: true }).focus();
    await page.keyboard.press("ArrowDown"); // Off
    await page.keyboard.press("ArrowDown"); // a share
    await page.keyboard.press("Tab");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("120");
    await page.keyboard.press("Tab");
    await page.keyboard.type("half a day");
    await visitor.seen(dialog.getByText(/A share is from 0.01/));
    expect(await dialog.getByRole("button", { name: "Set it" }).isDisabled()).toBe(true);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("12.5");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden", ...WAIT });
    await visitor.seen(row(page).getByText("on for 12.5 %"));
    await row(other).getByText("half a day").waitFor(WAIT);
    await visitor.shoot("flags");
  });

  it("says when it was changed while somebody looked, and is given up by Escape", async () => {
    const { page } = visitor;
    await page.getByRole("button", { name: `Set ${FLAG}` }).click();
    const dialog = page.getByRole("dialog");
    await visitor.seen(dialog);
    await other.getByRole("button", { name: `Set ${FLAG}` }).click();
    await other.getByRole("radio", { name: /^As declared/ }).check();
    await other.getByLabel(/^Reason/).fill("the day is over");
    await other.getByRole("button", { name: "Yes, set it to default" }).click();
    await visitor.seen(dialog.getByRole("alert").getByText(/changed meanwhile/));
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden", ...WAIT });
    await visitor.seen(row(page).getByText("on", { exact: true }));
    expect(visitor.complaints).toEqual([]);
  });

  it("does not ask again by itself for a flag that was gone and came again", async () => {
    const { page } = visitor;
    await page.getByRole("button", { name: `Set ${FLAG}` }).click();
    const dialog = page.getByRole("dialog");
    await visitor.seen(dialog);
    await page.route("**/weft/v1/flags", (route) => route.fulfill({ json: { flags: [] } }));
    await dialog.waitFor({ state: "detached", ...WAIT });
    await visitor.seen(page.getByText(`${FLAG} is not there any more; nothing was set.`));
    await page.unroute("**/weft/v1/flags");
    await visitor.seen(row(page));
    expect(await dialog.count()).toBe(0);
  });

  it("leaves a later question open when the answer to one that was closed comes", async () => {
    const { page } = visitor;
    let answer = (): void => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route(`**/weft/v1/flags/*`, async (route) => {
      await held;
      await route.continue();
    });
    const open = async (): Promise<void> => {
      await page.getByRole("button", { name: `Set ${FLAG}` }).click();
      await visitor.seen(page.getByRole("dialog"));
    };
    await open();
    await page.getByRole("radio", { name: /^As declared/ }).check();
    await page.getByLabel(/^Reason/).fill("never mind");
    await page.getByRole("button", { name: "Yes, set it to default" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached", ...WAIT });
    await open();
    const answered = page.waitForResponse("**/weft/v1/flags/*");
    answer();
    await answered;
    await page.waitForTimeout(300);
    expect(await page.getByRole("dialog").count()).toBe(1);
    await page.keyboard.press("Escape");
    await page.unroute("**/weft/v1/flags/*");
    expect(visitor.complaints).toEqual([]);
  });
});
