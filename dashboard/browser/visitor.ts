import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { type Browser, open, place } from "./chromium.ts";

/** What the tests are told: a server, a pipeline with a step, a request of it. */
export const URL = process.env["WEFT_URL"] ?? "http://127.0.0.1:8000";
export const PIPELINE = process.env["WEFT_PIPELINE"] ?? "answer";
export const STEP = process.env["WEFT_STEP"] ?? "classify";
export const REQUEST = process.env["WEFT_REQUEST"] ?? "{}";
const SHOTS = process.env["WEFT_SHOTS"] ?? "target/pictures";

export const WAIT = { timeout: 30_000 };

export const executable = place();

/** Somebody with one page open, whose browser's complaints are kept. */
export class Visitor {
  readonly complaints: string[] = [];

  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
  ) {
    page.on("console", (said) => {
      if (said.type() === "error" || said.type() === "warning") {
        this.complaints.push(`${said.type()}: ${said.text()}`);
      }
    });
    page.on("pageerror", (e) => this.complaints.push(String(e)));
  }

  static async arrive(): Promise<Visitor> {
    mkdirSync(SHOTS, { recursive: true });
    const browser = await open(executable ?? "", "light");
    const visitor = new Visitor(browser, await browser.context.newPage());
    await visitor.page.goto(URL);
    return visitor;
  }

  /** Another page of the same browser. */
  async another(): Promise<Page> {
    return this.browser.context.newPage();
  }

  async leave(): Promise<void> {
    await this.browser.close();
  }

  seen(what: Locator): Promise<void> {
    return what.first().waitFor({ state: "visible", ...WAIT });
  }

  async view(name: string): Promise<void> {
    const { page } = this;
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name }).click();
    await this.seen(page.getByRole("heading", { level: 2, name }));
  }

  /** Takes a picture of the page in light and in dark. */
  async shoot(name: string): Promise<void> {
    const { page } = this;
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(SHOTS, `${name}-${colorScheme}.png`), fullPage: true });
    }
    await page.emulateMedia({ colorScheme: "light" });
  }

  /** Takes a picture of what is in sight. */
  async glance(name: string): Promise<void> {
    await this.page.waitForTimeout(200);
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }
}
