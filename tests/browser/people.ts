/** People with a browser of their own, and what they do in it. What a test expects, it says itself. */

import { randomUUID } from "node:crypto";
import { test as base, expect, type Browser, type BrowserContextOptions, type Locator, type Page } from "@playwright/test";
import { endpoints } from "./setting.ts";

export { expect };

const NAMES = {
  amira: "Amira Haddad",
  lucas: "Lucas Meyer",
  chen: "Dr. Wei Chen",
  okafor: "Dr. Ngozi Okafor",
  admin: "admin",
} as const;

export type PersonId = keyof typeof NAMES;

export class Person {
  constructor(
    readonly page: Page,
    readonly id: PersonId,
  ) {}

  get name(): string {
    return NAMES[this.id];
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: /^Message to/ });
  }

  /** The messages on screen that contain `text`. */
  message(text: string): Locator {
    return this.page.getByRole("article").filter({ hasText: text });
  }

  /** Opens `hash` and signs in by clicking, as a person does. */
  async signIn(hash = ""): Promise<void> {
    await this.page.goto(`${endpoints().web}/${hash}`);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.getByRole("button", { name: new RegExp(this.name, "i") }).click();
    await this.page.waitForURL((url) => url.origin === endpoints().web && url.search === "");
  }

  /** Chooses a case in the list by its reference. */
  async open(reference: string): Promise<void> {
    await this.page.getByRole("link", { name: new RegExp(reference, "i") }).click();
    await this.composer.waitFor();
  }

  async send(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  screenshot(name: string): Promise<Buffer> {
    return this.page.screenshot({ path: `test-results/${name}.png`, animations: "disabled" });
  }
}

/** A text that no earlier run has sent: the data survives. */
export function unique(text: string): string {
  return `${text} [${randomUUID().slice(0, 8)}]`;
}

interface Fixtures {
  /** Gives a person a new browser context. Every page's CSP violations fail the test. */
  person: (id: PersonId, options?: BrowserContextOptions) => Promise<Person>;
}

export const test = base.extend<Fixtures>({
  person: async ({ browser }, use) => {
    const violations: string[] = [];
    const opened: Awaited<ReturnType<Browser["newContext"]>>[] = [];
    await use(async (id, options) => {
      const context = await browser.newContext(options);
      opened.push(context);
      const page = await context.newPage();
      // Chromium reports every violation of the page's policy as an error on the console.
      page.on("console", (line) => {
        if (/content security policy|trustedhtml|trustedscript/i.test(line.text())) violations.push(line.text());
      });
      return new Person(page, id);
    });
    for (const context of opened) await context.close();
    expect(violations, "violations of the Content Security Policy").toEqual([]);
  },
});
