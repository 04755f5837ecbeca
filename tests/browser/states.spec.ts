/**
 * Every state of the client, looked at: nothing is too wide, axe finds nothing, and in Arabic no word is left in English.
 * `cargo xtask sheets` looks at them in more variants and puts the pictures on sheets.
 */

import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser } from "@playwright/test";
import { openCase } from "./cases.ts";
import { expect, test, type Person } from "./people.ts";
import { endpoints } from "./setting.ts";
import { STATES, TOLD, type Setting, type State } from "./states.ts";
import { untranslated } from "./untranslated.ts";
import { contextOf, EVERYWHERE, nameOf, type Variant } from "./variants.ts";

const SHEETS = process.env["CASE_CHAT_SHEETS"] === "1";
const PICTURES = "test-results/states";

const USUAL: readonly Variant[] = [
  { device: "phone", scheme: "light", language: "ar" },
  { device: "desktop", scheme: "dark", language: "en" },
];
const MORE: readonly Variant[] = [{ device: "phone", scheme: "light", language: "en" }];
const MAIN: readonly Variant[] = [
  ...EVERYWHERE,
  { device: "phone", scheme: "light", language: "es" },
  { device: "tablet", scheme: "light", language: "en" },
  { device: "narrow", scheme: "dark", language: "es" },
];

/** In the daily run, half of the states in one way and half in the other. */
function variantsOf(state: State): Variant[] {
  const usual = SHEETS || state.main ? USUAL : [USUAL[STATES.indexOf(state) % USUAL.length]!];
  const variants = [...usual, ...(SHEETS ? MORE : []), ...(SHEETS && state.main ? MAIN : [])];
  return [...new Map(variants.map((variant) => [nameOf(variant), variant])).values()];
}

let setting: Setting;

test.beforeAll(async ({ browser }) => {
  const [told, empty, closed] = [await openCase(), await openCase(), await openCase()];
  const context = { amira: await browser.newContext(), chen: await browser.newContext() };
  const { Person } = await import("./people.ts");
  const people = { amira: new Person(await context.amira.newPage(), "amira"), chen: new Person(await context.chen.newPage(), "chen") };
  for (const one of Object.values(people)) await one.signIn(told.chat);
  await people.amira.attach({ name: "report-2026.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 made for a test") });
  for (const { by, text } of TOLD) {
    await people[by].send(text);
    for (const one of Object.values(people)) await expect(one.message(text.split("\n")[0]!).locator("time").last()).toBeVisible();
  }
  await closed.change({ status: "closed" });
  for (const one of Object.values(context)) await one.close();
  setting = { told, empty, closed };
});

for (const state of STATES) {
  for (const variant of variantsOf(state)) {
    test(`${state.name}, ${nameOf(variant)}`, async ({ person }) => {
      const one = await person(state.who ?? "amira", contextOf(variant));
      const { page } = one;
      await state.before?.(page, setting);
      if (!state.signedOut) await one.isSignedIn();
      await page.goto(`${endpoints().web}/${state.at?.(setting) ?? ""}`);
      if (state.act !== undefined) {
        await page.locator("article").first().waitFor();
        await state.act(one, setting);
      }
      await expect(page.locator(state.shows).first()).toBeVisible();
      await settled(one);

      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: `${PICTURES}/${nameOf(variant)} ${state.name}.png`, animations: "disabled", caret: "hide" });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), "wider than the screen").toBeLessThanOrEqual(0);
      if (variant.language === "ar") expect(await untranslated(page)).toEqual([]);
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary}`).join("; ")}`)).toEqual([]);
      // What waits for an answer here, gets none.
      await page.context().setOffline(true);
      await page.unrouteAll({ behavior: "ignoreErrors" });
    });
  }
}

/** What was asked for has come, and is drawn. */
async function settled({ page }: Person): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

if (SHEETS) test("the sheets", layOut);

async function layOut({ browser }: { browser: Browser }): Promise<void> {
  const page = await browser.newPage({ deviceScaleFactor: 1 });
  const pictures = readdirSync(PICTURES).filter((name) => name.endsWith(".png"));
  const kinds = [...new Set(pictures.map((name) => name.split(" ").slice(0, 3).join(" ")))];
  for (const kind of kinds) {
    const width = kind.startsWith("desktop") ? 640 : kind.startsWith("tablet") ? 410 : 260;
    const shown = pictures.filter((name) => name.startsWith(`${kind} `));
    const figures = shown.map((name) => {
      const content = readFileSync(`${PICTURES}/${name}`).toString("base64");
      return `<figure><img width="${width}" src="data:image/png;base64,${content}"><figcaption>${name.slice(kind.length + 1, -4)}</figcaption></figure>`;
    });
    await page.setViewportSize({ width: 1360, height: 800 });
    await page.setContent(`<style>body{display:flex;flex-wrap:wrap;gap:12px;margin:12px;font:14px sans-serif;background:#888}figure{margin:0}</style>${figures.join("")}`);
    await page.screenshot({ path: `test-results/sheet ${kind}.png`, fullPage: true });
  }
  await page.close();
}
