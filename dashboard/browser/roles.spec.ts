import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executable, URL, Visitor } from "./visitor.ts";

/** Keys of a server with accounts and a flag; without them there is nobody to be. */
const OBSERVER = process.env["WEFT_OBSERVER_KEY"];
const OPERATOR = process.env["WEFT_OPERATOR_KEY"];

describe.skipIf(executable === undefined || OBSERVER === undefined)("roles in Chromium", () => {
  let visitor: Visitor;

  beforeAll(async () => {
    visitor = await Visitor.arrive();
  });

  afterAll(async () => {
    await visitor?.leave();
  });

  async function be(key: string | undefined): Promise<void> {
    const { page } = visitor;
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(`${URL}/?again=${Math.random()}#/flags`);
    await page.getByLabel("Key or token").fill(key ?? "");
    await page.getByRole("button", { name: "Enter" }).click();
    await visitor.seen(page.getByRole("group", { name: "Flags" }));
  }

  it("offers who may only observe no change, and says why", async () => {
    await be(OBSERVER);
    const { page } = visitor;
    await visitor.seen(
      page.getByText(/with the role observe\. Setting flags needs the role operate/),
    );
    expect(await page.getByRole("button", { name: /^Set / }).count()).toBe(0);
    await visitor.glance("roles-light");
  });

  it("offers it who may operate", async () => {
    await be(OPERATOR);
    const { page } = visitor;
    await visitor.seen(page.getByRole("button", { name: /^Set / }));
    expect(await page.getByText(/needs the role operate/).count()).toBe(0);
  });
});
