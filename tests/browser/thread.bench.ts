/** A thread of 10,000 messages in one browser: opening it, reading all of it, and scrolling through it. */

import type { Browser, Page } from "@playwright/test";
import { openCase } from "./cases.ts";
import { LongThread, look } from "./long-thread.ts";
import { expect, test } from "./people.ts";
import { type Line, saw } from "./seen.ts";

const COUNT = 10_001;
/** Pixels in each frame: as fast as a finger flings, and faster than anybody reads. */
const SPEED = 700;
const JUMPS = 60;
/** A frame that takes longer is seen. */
const LONG_US = 50_000;

declare global {
  interface Window {
    /** When the thread's first page had come, and when its newest message had been drawn. */
    times: { came: number; shown: number };
    scrolled: { longest: number; count: number; elements: number };
  }
}

async function noteOpening(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.times = { came: 0, shown: 0 };
    const fetch = window.fetch.bind(window);
    window.fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (String(input).includes("/messages")) window.times.came ||= performance.now();
      return response;
    };
    const drawn = (root: ShadowRoot | Document): boolean =>
      [...root.querySelectorAll("*")].some(
        (element) => element.localName === "article" || (element.shadowRoot !== null && drawn(element.shadowRoot)),
      );
    const watch = () => void (drawn(document) ? requestAnimationFrame(() => (window.times.shown = performance.now())) : requestAnimationFrame(watch));
    watch();
  });
}

interface Traced {
  ph: string;
  name: string;
  dur?: number;
  /** Of it, on the processor. */
  tdur?: number;
  pid: number;
  tid: number;
  args?: { name?: string };
}

/** Says how long the tasks of the page's main thread took while `work` went on. */
async function tasks(browser: Browser, page: Page, work: () => Promise<void>): Promise<string> {
  await browser.startTracing(page, { categories: ["toplevel"] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: Traced[] };
  const mains = traceEvents.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  const found = traceEvents.filter(
    ({ ph, name, pid, tid }) => ph === "X" && name.endsWith("RunTask") && mains.some((main) => main.pid === pid && main.tid === tid),
  );
  expect(found.length).toBeGreaterThan(0);
  const longest = (times: number[]) => `${Math.round(Math.max(...times) / 1000)} ms`;
  const over = found.filter(({ dur }) => (dur ?? 0) > LONG_US).length;
  const [all, busy] = [found.map(({ dur }) => dur ?? 0), found.map(({ tdur }) => tdur ?? 0)];
  return `longest task ${longest(all)}, of processor time ${longest(busy)}, ${over} over ${LONG_US / 1000} ms`;
}

// What records the test would be measured with it.
test.use({ trace: "off" });

test("thread", async ({ person, browser }) => {
  const it = await openCase();
  const amira = await person("amira");
  await noteOpening(amira.page);
  const thread = await LongThread.instead(amira.page, it, { count: COUNT, read: COUNT - 1 });
  await amira.signIn(it.chat);
  await expect(amira.message(`No. ${COUNT - 1}:`)).toBeInViewport();
  const { came, shown } = await amira.page.evaluate(() => window.times);
  const on = amira.page.locator("chat-thread");

  let took = 0;
  const reading = await tasks(browser, amira.page, async () => {
    took = await on.evaluate(async (element) => {
      const { conversation } = element as unknown as { conversation: { thread: { hasEarlier: boolean }; loadEarlier: () => Promise<void> } };
      const begun = performance.now();
      while (conversation.thread.hasEarlier) await conversation.loadEarlier();
      return performance.now() - begun;
    });
  });

  /** Frame by frame: where `next` says, until it says null. */
  const scroll = (kind: "up" | "down" | "jumps") =>
    tasks(browser, amira.page, () =>
      on.evaluate(
        async (element, { kind, speed, jumps }) => {
          const scroller = element.shadowRoot!.querySelector(".scroller")!;
          const frames = { longest: 0, count: 0, elements: 0 };
          const end = () => scroller.scrollHeight - scroller.clientHeight;
          for (let last = performance.now(), go = true; go; ) {
            if (kind === "up") go = (scroller.scrollTop -= speed) > 0;
            else if (kind === "down") go = (scroller.scrollTop += speed) < end() - 1;
            else {
              scroller.scrollTop = ((frames.count * 0.618) % 1) * end();
              go = frames.count < jumps;
            }
            const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
            frames.longest = Math.max(frames.longest, now - last);
            last = now;
            frames.elements = Math.max(frames.elements, frames.count++ % 20 === 0 ? window.look(element as HTMLElement).elements : 0);
          }
          window.scrolled = frames;
        },
        { kind, speed: SPEED, jumps: JUMPS },
      ),
    );
  const lines: Line[] = [];
  for (const kind of ["up", "down", "jumps"] as const) {
    const task = await scroll(kind);
    const { longest, count, elements } = await amira.page.evaluate(() => window.scrolled);
    lines.push({ what: `scrolling it, ${kind}`, measured: `${count} frames, longest ${longest.toFixed(0)} ms; ${task}; at most ${elements} elements` });
  }
  expect((await on.evaluate(look)).covered).toBe(true);
  saw("thread", [
    { what: `a thread of ${thread.records.length} records: its first page's arrival to shown`, measured: `${(shown - came).toFixed(0)} ms` },
    { what: "reading all of its pages", measured: `${took.toFixed(0)} ms; ${reading}` },
    ...lines,
  ]);
});
