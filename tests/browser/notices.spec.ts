/** How somebody who is not looking at a chat hears that a message has come. */

import { openCase } from "./cases.ts";
import { apart, expect, test, unique, type Person } from "./people.ts";

const ALLOWED = { permissions: ["notifications"] };

interface Notice {
  title: string;
  body: string;
  tag: string;
  caseId: string;
}

interface Board {
  shown: Notice[];
  closed: number;
}

/**
 * Notes what a page has the browser show and take down. Asking the browser instead is no use: one that is asked while it
 * is about to show a notice forgets it.
 */
async function noteNotices({ page }: Person): Promise<void> {
  await page.addInitScript(() => {
    const board: Board = Object.assign(window, { board: { shown: [], closed: 0 } }).board;
    const { showNotification } = ServiceWorkerRegistration.prototype;
    ServiceWorkerRegistration.prototype.showNotification = async function (title, options) {
      await showNotification.call(this, title, options);
      const { body = "", tag = "", data } = options ?? {};
      board.shown.push({ title, body, tag, caseId: (data as { caseId: string }).caseId });
    };
    const { close } = Notification.prototype;
    Notification.prototype.close = function () {
      board.closed++;
      close.call(this);
    };
  });
}

const board = ({ page }: Person) => page.evaluate(() => (window as unknown as { board: Board }).board);
const shown = async (one: Person) => (await board(one)).shown;
const closed = async (one: Person) => (await board(one)).closed;

const inPage = (one: Person) => one.page.getByRole("status").filter({ hasText: "New message from" });

test("a page out of view shows a notice; a click on it opens the chat there; reading takes it down", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = [await person("amira", ALLOWED), await person("chen")];
  await noteNotices(amira);
  await amira.signIn();
  await chen.signIn(it.chat);
  await expect(amira.row(it.reference)).toBeVisible();
  await amira.turnAway();
  const text = unique("Your results\n\nare here");
  await chen.send(text);
  const notice = { title: "Dr. Wei Chen, Specialist", body: text.replace("\n\n", " "), tag: it.id, caseId: it.id };
  await expect.poll(() => shown(amira)).toEqual([notice]);
  await expect(inPage(amira)).toHaveCount(0);
  // The next message takes the place of the first.
  await chen.send(unique("x".repeat(200)));
  await expect.poll(() => shown(amira)).toEqual([notice, { ...notice, body: `${"x".repeat(119)}…` }]);

  const [worker] = amira.page.context().serviceWorkers();
  await worker!.evaluate((link) => {
    const notification = { data: { link }, close: () => undefined };
    dispatchEvent(Object.assign(new Event("notificationclick"), { notification, waitUntil: () => undefined }));
  }, it.chat);
  await expect(amira.page).toHaveURL(new RegExp(`${it.chat}$`));
  expect(await closed(amira)).toBe(0);
  await amira.turnBack();
  await expect(amira.message(text.split("\n")[0]!)).toBeVisible();
  await expect.poll(() => closed(amira)).toBe(1);
});

test("of several windows one rings, once for each message; none does while one of them has the chat in view", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = [await person("amira", ALLOWED), await person("chen")];
  const second = await amira.window();
  for (const window of [amira, second]) {
    await noteNotices(window);
    await window.signIn();
  }
  const rung = async () => (await shown(amira)).length + (await shown(second)).length;
  await chen.signIn(it.chat);
  for (const window of [amira, second]) {
    await expect(window.row(it.reference)).toBeVisible();
    await window.turnAway();
  }
  for (const count of [1, 2]) {
    await chen.send(unique("Ring"));
    for (const window of [amira, second]) await expect(window.row(it.reference)).toContainText(`${count} unread message`);
    await expect.poll(rung).toBe(count);
  }

  await second.go(it.chat);
  await second.turnBack();
  await expect(amira.row(it.reference)).not.toContainText("unread");
  // With somebody at the window, and with somebody at another program beside it.
  for (const text of [unique("You see this"), unique("And this")]) {
    await chen.send(text);
    await expect(second.message(text)).toBeVisible();
    await expect(amira.row(it.reference)).toContainText(text);
    await expect(chen.page.getByText(/^Seen/)).toBeVisible();
    await expect(chen.message(text)).not.toContainText("Sent");
    expect(await rung()).toBe(2);
    await second.turnAway("visible");
  }
});

test("a window that one looks at says quietly what has come elsewhere, and leads there", async ({ person }) => {
  const [it, other] = [await openCase(), await openCase({ provider: "okafor" })];
  const [amira, chen, okafor] = [await person("amira", ALLOWED), await person("chen"), await person("okafor")];
  await noteNotices(amira);
  await amira.signIn(it.chat);
  await chen.signIn(it.chat);
  await okafor.signIn(other.chat);
  await expect(amira.composer).toBeVisible();
  await expect(okafor.composer).toBeVisible();

  const here = unique("In the chat on screen");
  await chen.send(here);
  await expect(amira.message(here)).toBeVisible();
  await expect(inPage(amira)).toHaveCount(0);

  await okafor.send(unique("Elsewhere"));
  await expect(inPage(amira)).toContainText(`New message from ${apart("Dr. Ngozi Okafor")}`);
  expect(await shown(amira)).toEqual([]);
  await amira.screenshot("notice-in-page");
  await inPage(amira).getByRole("button", { name: "Close" }).press("Enter");
  await expect(inPage(amira)).toHaveCount(0);
  await expect(amira.page.getByRole("heading", { name: "Dr. Wei Chen" })).toBeFocused();

  const more = unique("Once more");
  await okafor.send(more);
  await inPage(amira).getByRole("link", { name: "Open the chat" }).click();
  await expect(amira.message(more)).toBeVisible();
  await expect(inPage(amira)).toHaveCount(0);

  await amira.page.getByRole("tab", { name: "Overview" }).click();
  await okafor.send(unique("While she looks at the overview"));
  await expect(inPage(amira)).toBeVisible();
  await amira.chatTab.click();
  await expect(inPage(amira)).toHaveCount(0);
});

test("the quiet notice closes by itself, but not under somebody's hand", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = [await person("amira"), await person("chen")];
  await amira.page.clock.install();
  await amira.signIn();
  await chen.signIn(it.chat);
  await expect(amira.row(it.reference)).toBeVisible();
  await chen.send(unique("Quietly"));
  await inPage(amira).getByRole("link").hover();
  await amira.page.clock.runFor(20_000);
  await expect(inPage(amira)).toBeVisible();
  await amira.page.mouse.move(600, 20);
  await amira.page.clock.runFor(20_000);
  await expect(inPage(amira)).toHaveCount(0);
});

test("signing out takes down what is shown for this person", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = [await person("amira", ALLOWED), await person("chen")];
  await noteNotices(amira);
  await amira.signIn();
  await chen.signIn(it.chat);
  await expect(amira.row(it.reference)).toBeVisible();
  await amira.turnAway();
  await chen.send(unique("For your eyes only"));
  await expect.poll(() => shown(amira)).toHaveLength(1);
  const hanging = () =>
    amira.page.evaluate(async () => (await (await navigator.serviceWorker.getRegistration("/"))!.getNotifications()).length);
  await expect.poll(hanging).toBe(1);
  await amira.page.getByRole("button", { name: "Sign out" }).click();
  await expect(amira.page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expect.poll(hanging).toBe(0);
});

test("leave is asked for on a click only, and a no is taken for one", async ({ person }) => {
  const amira = await person("amira");
  await amira.page.addInitScript(() => {
    const asked = Object.assign(window, { asked: 0 });
    Object.defineProperty(Notification, "permission", { configurable: true, get: () => (asked.asked > 0 ? "denied" : "default") });
    Notification.requestPermission = async () => {
      asked.asked++;
      return "denied";
    };
  });
  const asked = () => amira.page.evaluate(() => (window as unknown as { asked: number }).asked);
  await amira.signIn();
  const turnOn = amira.page.getByRole("button", { name: "Turn on notices" });
  await expect(turnOn).toBeVisible();
  expect(await asked()).toBe(0);
  await turnOn.click();
  await expect(amira.page.getByText("Notices are blocked in your browser.")).toBeVisible();
  await expect(turnOn).toHaveCount(0);
  await amira.screenshot("notices-blocked");
  await amira.page.getByRole("navigation").getByRole("button", { name: "Close" }).click();
  await amira.page.reload();
  await expect(amira.page.getByRole("heading", { name: "Text a Specialist" })).toBeVisible();
  await expect(amira.page.getByText("Notices are blocked")).toHaveCount(0);
});

test("who dismisses the offer is not made it again", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn();
  await expect(amira.page.getByText("Get a notice when a message arrives")).toBeVisible();
  await amira.page.getByRole("navigation").getByRole("button", { name: "Close" }).click();
  await amira.page.reload();
  await expect(amira.row("mso-2026-0001")).toBeVisible();
  await expect(amira.page.getByText("Get a notice when a message arrives")).toHaveCount(0);
  expect(await amira.page.evaluate(() => Object.entries(localStorage))).toEqual([["case-chat.notices-dismissed", "yes"]]);
});
