/** From the moment one person's browser posts a message to the moment it stands on the other's screen. */

import { type Page } from "@playwright/test";
import { test, unique } from "./people.ts";
import { saw } from "./seen.ts";

const MESSAGES = 100;
/** The first ones wake the functions up, as everywhere. */
const WARMING = 10;

declare global {
  interface Window {
    postedAt: number;
  }
}

/** Notes when the page last posted. */
async function notePosts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const fetch = window.fetch.bind(window);
    window.fetch = (input, init) => {
      if (init?.method === "POST") window.postedAt = Date.now();
      return fetch(input, init);
    };
  });
}

/** When a frame with that text was first drawn. */
function shownAt(page: Page, text: string): Promise<number> {
  return page.evaluate((wanted) => {
    const says = (root: ShadowRoot | Document): boolean =>
      [...root.querySelectorAll("*")].some(
        (element) =>
          (element.localName === "article" && element.textContent.includes(wanted)) ||
          (element.shadowRoot !== null && says(element.shadowRoot)),
      );
    return new Promise<number>((resolve) => {
      const look = () => (says(document) ? resolve(Date.now()) : void requestAnimationFrame(look));
      look();
    });
  }, text);
}

test("delivery", async ({ person }) => {
  const [amira, chen] = [await person("amira"), await person("chen")];
  await notePosts(amira.page);
  await amira.signIn();
  await chen.signIn();
  for (const one of [amira, chen]) await one.open("MSO-2026-0001");
  const took: number[] = [];
  for (let number = 0; number < WARMING + MESSAGES; number++) {
    const text = unique("to the other screen");
    const shown = shownAt(chen.page, text);
    await amira.send(text);
    const at = await shown;
    if (number >= WARMING) took.push(at - (await amira.page.evaluate(() => window.postedAt)));
  }
  took.sort((a, b) => a - b);
  const percentile = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))];
  saw("delivery", [
    {
      what: `from POST to the other browser's screen, ${MESSAGES} messages`,
      measured: `p50 ${percentile(0.5)} ms, p95 ${percentile(0.95)} ms, longest ${took.at(-1)} ms`,
    },
  ]);
});
