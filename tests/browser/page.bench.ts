/** The page as a slow phone has it: how much comes over the line, when something is seen, how soon it answers, what jumps. */

import { openCase } from "./cases.ts";
import { expect, test, unique } from "./people.ts";
import { saw } from "./seen.ts";
import { endpoints } from "./setting.ts";
import { contextOf } from "./variants.ts";

/** As DevTools has it: a phone of the middle class, on a slow 4G line. */
const SLOWER = 4;
const LINE = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };
const ROUNDS = 5;

interface Seen {
  paint: number;
  shift: number;
  delay: number;
}

test("the page", async ({ person }) => {
  const it = await openCase();
  const chen = await person("chen");
  await chen.signIn(it.chat);
  await chen.send(unique("Good morning"));

  const rounds: (Seen & { script: number; chat: number })[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const amira = await person("amira", contextOf({ device: "phone", scheme: "light", language: "en" }));
    const { page } = amira;
    await amira.isSignedIn();
    await page.addInitScript(() => {
      const seen = { paint: 0, shift: 0, delay: 0 };
      Object.assign(window, { seen });
      const observe = (type: string, see: (entry: PerformanceEntry & { value?: number; hadRecentInput?: boolean }) => void, more = {}) =>
        new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true, ...more });
      observe("paint", ({ name, startTime }) => name === "first-contentful-paint" && (seen.paint = startTime));
      observe("layout-shift", ({ value = 0, hadRecentInput }) => hadRecentInput !== true && (seen.shift += value));
      observe("event", ({ duration }) => (seen.delay = Math.max(seen.delay, duration)), { durationThreshold: 16 });
    });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", LINE);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    let script = 0;
    const scripts = new Set<string>();
    devtools.on("Network.responseReceived", ({ requestId, response }) => void (response.mimeType.includes("javascript") && scripts.add(requestId)));
    devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => void (scripts.has(requestId) && (script += encodedDataLength)));

    const began = Date.now();
    await page.goto(`${endpoints().web}/${it.chat}`);
    await expect(page.getByRole("article").first()).toBeVisible();
    const chat = Date.now() - began;
    await amira.composer.pressSequentially("Is it safe to fly?");
    await page.getByRole("button", { name: "Send" }).click();
    await expect(amira.message("Is it safe to fly?")).toHaveCount(round + 1);
    const seen = await page.evaluate(() => (window as unknown as { seen: Seen }).seen);
    rounds.push({ ...seen, script, chat });
    await page.context().close();
  }

  const median = (name: keyof (typeof rounds)[number]) => rounds.map((round) => round[name]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
  const on = `a phone with a processor ${SLOWER}x slower, on 1.6 Mbit/s and 150 ms, median of ${ROUNDS}`;
  saw("page", [
    { what: `JavaScript of the page, opened at a chat, over the line to ${on}`, measured: `${(median("script") / 1024).toFixed(1)} KB` },
    { what: "its first contentful paint; the chat is shown", measured: `${median("paint").toFixed(0)} ms; ${median("chat")} ms` },
    { what: "its longest answer to a key or a click; its layout shift", measured: `${median("delay").toFixed(0)} ms; ${median("shift").toFixed(3)}` },
  ]);
});
