/** People with a browser of their own, and what they do in it. What a test expects, it says itself. */

import { randomUUID } from "node:crypto";
import { test as base, expect, type Browser, type BrowserContextOptions, type Locator, type Page } from "@playwright/test";
import { NAMES, type PersonId } from "./names.ts";
import { endpoints } from "./setting.ts";

export { expect };
export type { PersonId };

export class Person {
  constructor(
    readonly page: Page,
    readonly id: PersonId,
    private readonly web = endpoints().web,
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

  /** The row of a case in the list, by its reference. */
  row(reference: string): Locator {
    return this.page.getByRole("link", { name: new RegExp(reference, "i") });
  }

  get chatTab(): Locator {
    return this.page.getByRole("tab", { name: "Chat" });
  }

  /** Opens `hash` and signs in by clicking, as a person does. */
  async signIn(hash = ""): Promise<void> {
    await this.page.goto(`${this.web}/${hash}`);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    // An issuer that still knows this browser does not ask again.
    const choice = this.page.getByRole("button", { name: new RegExp(this.name, "i") });
    await choice.or(this.page.getByRole("button", { name: "Sign out" })).first().waitFor();
    if (await choice.isVisible()) await choice.click();
    await this.page.waitForURL((url) => url.origin === this.web && url.search === "");
  }

  /** Is signed in when the page begins, in whichever language. */
  async isSignedIn(): Promise<void> {
    const body = new URLSearchParams({ grant_type: "password", username: this.id });
    const answer = await fetch(`${endpoints().issuer}/oauth2/token`, { method: "POST", body });
    const { access_token: accessToken, expires_in } = (await answer.json()) as { access_token: string; expires_in: number };
    const { sub } = JSON.parse(Buffer.from(accessToken.split(".")[1]!, "base64url").toString()) as { sub: string };
    const tokens = { accessToken, refreshToken: null, idToken: null, expiresAt: Date.now() + 1000 * expires_in, sub };
    await this.page.addInitScript((kept) => sessionStorage.setItem("case-chat.session", kept), JSON.stringify(tokens));
  }

  /** Goes elsewhere in the same page, as by a link. */
  async go(hash: string): Promise<void> {
    await this.page.evaluate((there) => void (location.hash = there), hash);
  }

  /** Another window of the same browser. */
  async window(): Promise<Person> {
    return new Person(await this.page.context().newPage(), this.id, this.web);
  }

  /** How much waits in all, as the page's title says. */
  async unread(): Promise<number> {
    return Number(/^\((\d+)\)/.exec(await this.page.title())?.[1] ?? 0);
  }

  /** As if another window were in front of this one, or beside it. A test's browser takes every page to be in use. */
  async turnAway(visibility: DocumentVisibilityState = "hidden"): Promise<void> {
    await this.page.evaluate((state) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
      document.hasFocus = () => false;
      document.dispatchEvent(new Event("visibilitychange"));
      dispatchEvent(new Event("blur"));
    }, visibility);
  }

  async turnBack(): Promise<void> {
    await this.page.evaluate(() => {
      for (const name of ["visibilityState", "hasFocus"]) Reflect.deleteProperty(document, name);
      document.dispatchEvent(new Event("visibilitychange"));
      dispatchEvent(new Event("focus"));
    });
  }

  /** Chooses a case in the list by its reference. */
  async open(reference: string): Promise<void> {
    await this.row(reference).click();
    await this.composer.waitFor();
  }

  async send(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** Chooses files for the next message. */
  async attach(...files: ({ name: string; mimeType: string; buffer: Buffer } | string)[]): Promise<void> {
    await this.page.locator("input[type=file]").setInputFiles(files as string[]);
  }

  /** A file in the composer. */
  chosen(name: string): Locator {
    return this.page.getByRole("list", { name: "Files to send" }).getByRole("listitem").filter({ hasText: name });
  }

  screenshot(name: string): Promise<Buffer> {
    return this.page.screenshot({ path: `test-results/${name}.png`, animations: "disabled" });
  }
}

/** A name as the page says it: set apart, so that it does not turn the sentence around it. */
export function apart(name: string): string {
  return `\u2068${name}\u2069`;
}

/** A text that no earlier run has sent: the data survives. */
export function unique(text: string): string {
  return `${text} [${randomUUID().slice(0, 8)}]`;
}

interface Fixtures {
  /** Gives a person a new browser context. Every page's CSP violations fail the test. */
  person: (id: PersonId, options?: BrowserContextOptions & { web?: string }) => Promise<Person>;
}

export const test = base.extend<Fixtures>({
  person: async ({ browser }, use) => {
    const violations: string[] = [];
    const opened: Awaited<ReturnType<Browser["newContext"]>>[] = [];
    await use(async (id, options) => {
      const context = await browser.newContext(options);
      opened.push(context);
      // Chromium reports every violation of the page's policy as an error on the console.
      context.on("console", (line) => {
        if (/content security policy|trustedhtml|trustedscript/i.test(line.text())) violations.push(line.text());
      });
      return new Person(await context.newPage(), id, options?.web);
    });
    for (const context of opened) await context.close();
    expect(violations, "violations of the Content Security Policy").toEqual([]);
  },
});
