/** A thread of thousands: little of it is drawn, all of it can be reached, and nothing moves that one looks at. */

import type { Locator } from "@playwright/test";
import { openCase } from "./cases.ts";
import { LongThread, look, walk, type Look, type Shape } from "./long-thread.ts";
import { expect, test, type Person } from "./people.ts";

/** Elements of messages that the page may have at once. */
const MOST = 400;

const COUNT = 1_000;
const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

async function opened(person: (id: "amira") => Promise<Person>, shape: Shape): Promise<{ amira: Person; thread: LongThread; on: Locator; scroller: Locator }> {
  const it = await openCase();
  const amira = await person("amira");
  const thread = await LongThread.instead(amira.page, it, shape);
  await amira.signIn(it.chat);
  await expect(amira.composer).toBeVisible();
  return { amira, thread, on: amira.page.locator("chat-thread"), scroller: amira.page.getByRole("group", { name: "Conversation" }) };
}

/** All of it was seen, nothing twice and nothing left out, and little of it was ever drawn. */
function expectWhole(steps: readonly Look[]): void {
  for (const { inView, drawn } of steps) {
    expect(drawn).toEqual(drawn.map((_, index) => drawn[0]! + index));
    expect(inView).toEqual(inView.map((_, index) => inView[0]! + index));
  }
  expect([...new Set(steps.flatMap(({ inView }) => inView))].sort((a, b) => a - b)).toEqual(upTo(COUNT));
  expect(Math.max(...steps.map(({ elements }) => elements))).toBeLessThan(MOST);
}

test("little of a long thread is drawn, and all of it is seen on the way to the first message and back", async ({ person }) => {
  const { amira, on, scroller } = await opened(person, { count: COUNT, read: COUNT - 1 });
  await expect(amira.message(`No. ${COUNT - 1}:`)).toBeInViewport();
  expectWhole(await on.evaluate(walk, { by: -0.8, to: 0 }));
  expectWhole(await on.evaluate(walk, { by: 0.8, to: COUNT - 1 }));

  // Far and at once, as by dragging.
  for (const share of [0.5, 0.02, 0.97, 0.3]) {
    await scroller.evaluate((element, part) => (element.scrollTop = part * element.scrollHeight), share);
    await expect.poll(async () => (await on.evaluate(look)).covered).toBe(true);
    const { inView, elements } = await on.evaluate(look);
    expect(Math.abs(inView[0]! / COUNT - share)).toBeLessThan(0.1);
    expect(elements).toBeLessThan(MOST);
  }
});

test("what is new begins where it begins, pages further up", async ({ person }) => {
  const { amira, on } = await opened(person, { count: 800, read: 349 });
  const line = amira.page.getByText("New messages", { exact: true });
  await expect(amira.message("No. 350:")).toBeInViewport();
  await expect(line).toBeInViewport();
  await expect(line).toHaveCount(1);
  await expect(amira.page.getByText("More of them are further up")).toHaveCount(0);
  expect((await on.evaluate(look)).elements).toBeLessThan(MOST);
  await amira.screenshot("many-unread");
});

test("where far too much is new, one begins some way up, and is told that there is more", async ({ person }) => {
  const { amira, scroller } = await opened(person, { count: 3_000, read: 99 });
  await expect(amira.page.getByText("More of them are further up")).toBeInViewport();
  await expect(amira.message("No. 1950:")).toBeInViewport();
  await amira.screenshot("far-too-many-unread");
  // Whoever scrolls on reads on, and stays where they are.
  await scroller.press("Home");
  await expect(amira.message("No. 1950:")).toBeInViewport();
  await expect(amira.message("No. 1949:")).toHaveCount(1);
});

test("the keys lead to the newest and to the oldest that is held; what comes below is counted and moves nothing", async ({ person }) => {
  const { amira, thread, on, scroller } = await opened(person, { count: 400, read: 399 });
  await scroller.press("Home");
  await expect(amira.message("No. 350:")).toBeInViewport();
  await expect(amira.message("No. 399:")).toHaveCount(0);
  await expect(amira.message("No. 349:")).toHaveCount(1);

  const held = amira.message("No. 352:");
  const before = await held.boundingBox();
  thread.push("provider", "First", "Second");
  const button = amira.page.getByRole("button", { name: "2 new messages" });
  await expect(button).toBeVisible();
  thread.push("requester", "From another device");
  thread.push("provider", "Third");
  await expect(amira.page.getByRole("button", { name: "3 new messages" })).toBeVisible();
  expect((await held.boundingBox())!.y).toBeCloseTo(before!.y, 0);
  await expect(amira.chatTab).toContainText("3 unread messages");
  await amira.screenshot("new-below");

  await scroller.press("End");
  await expect(amira.message("No. 403: Third")).toBeInViewport();
  await expect(amira.chatTab).not.toContainText("unread");
  await expect(amira.page.getByRole("button", { name: "newest" })).toHaveCount(0);
  expect((await on.evaluate(look)).drawn.at(-1)).toBe(403);
});

test("what is read out is what has come, once, and not what one scrolls to", async ({ person }) => {
  const { amira, thread, scroller } = await opened(person, { count: 400, read: 399 });
  await expect(amira.page.getByRole("log")).toHaveAttribute("aria-live", "off");
  const voice = amira.page.locator("chat-thread [aria-live=polite]");
  await voice.evaluate((region) => {
    const said = Object.assign(window, { said: [] as string[] }).said;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) if (node instanceof Element) said.push(node.textContent);
    }).observe(region, { childList: true });
  });
  const said = () => amira.page.evaluate(() => (window as unknown as { said: string[] }).said);
  await scroller.press("Home");
  await expect(amira.message("No. 349:")).toHaveCount(1);
  thread.push("provider", "Are you there?");
  thread.push("requester", "Yes");
  await scroller.press("End");
  await expect(amira.message("No. 401:")).toBeInViewport();
  const one = "Dr. Wei Chen, Specialist: No. 400: Are you there?";
  await expect.poll(said).toEqual([one, "Your message was sent."]);
  await expect(voice).toHaveText("");
  thread.push("provider", "1", "2", "3", "4", "5");
  await expect(amira.message("No. 406:")).toBeInViewport();
  expect((await said()).join()).toContain("No. 402: 1");
});

test("any message that is held can be shown, and what has the focus does not vanish with what is not drawn", async ({ person }) => {
  const { amira, on, scroller } = await opened(person, { count: 400, read: 150 });
  await expect(amira.message("No. 151:")).toBeInViewport();
  const show = (seq: number) => on.evaluate((element, wanted) => (element as unknown as { show: (seq: number) => Promise<void> }).show(wanted), seq);
  for (const seq of [390, 180, 181, 399, 155]) {
    await show(seq);
    const [view, shown] = [await scroller.boundingBox(), await amira.message(`No. ${seq}:`).boundingBox()];
    expect(shown!.y).toBeGreaterThanOrEqual(view!.y);
    expect(shown!.y + Math.min(shown!.height, view!.height / 2)).toBeLessThanOrEqual(view!.y + view!.height);
    expect((await on.evaluate(look)).covered).toBe(true);
  }
  await amira.message("No. 155:").evaluate((article) => {
    article.tabIndex = -1;
    article.focus();
  });
  await show(390);
  await expect(amira.message("No. 155:")).toHaveCount(0);
  await expect(scroller).toBeFocused();
});
