/** Somebody has got at what the server stores. The change is made up on the way to one page, so that the case stays as it is. */

import type { Page } from "@playwright/test";
import { openCase, type Case } from "./cases.ts";
import { expect, test, unique, type Person } from "./people.ts";

interface Thread {
  records: { seq: number; body?: string }[];
  head: number;
}

/** Lets this page read another thread than there is. */
async function tamper(page: Page, it: Case, change: (thread: Thread) => void): Promise<void> {
  await page.route(`**/cases/${it.id}/messages*`, async (route) => {
    if (route.request().method() !== "GET") return route.fallback();
    const response = await route.fetch();
    const found = (await response.json()) as Thread;
    change(found);
    await route.fulfill({ response, json: found });
  });
}

const alert = (one: Person) => one.page.getByRole("alert").filter({ hasText: "This conversation is not what it was" });

async function written(one: Person, it: Case, texts: readonly string[]): Promise<void> {
  await one.signIn(it.chat);
  await expect(one.composer).toBeVisible();
  for (const text of texts) await one.send(text);
  for (const text of texts) await expect(one.message(text).locator("time")).toBeVisible();
}

test("a message that was altered is not shown, the page says so, and nothing is sent", async ({ person }) => {
  const it = await openCase();
  const texts = [unique("The dose is 10 mg"), unique("Twice a day"), unique("Until Friday")];
  await written(await person("chen"), it, texts);

  const amira = await person("amira");
  await tamper(amira.page, it, ({ records }) => {
    for (const record of records) if (record.body === texts[0]!) record.body = record.body.replace("10", "90");
  });
  await amira.signIn(it.chat);
  await expect(alert(amira)).toContainText("Please do not rely on it, and tell the clinic.");
  await expect(alert(amira)).toContainText("For the clinic: entry 1 was changed.");
  await expect(amira.message("The dose is")).toHaveCount(0);
  for (const text of texts.slice(1)) await expect(amira.message(text)).toBeVisible();
  await expect(amira.page.getByText("Sending is paused")).toBeVisible();
  await expect(amira.composer).toHaveCount(0);
  await amira.screenshot("altered");
});

test("messages that are gone since one read them are missed, after signing out and in again too", async ({ person }) => {
  const it = await openCase();
  const chen = await person("chen", { viewport: { width: 390, height: 844 } });
  const texts = [unique("The dose is 10 mg"), unique("Not with the other one")];
  await written(chen, it, texts);
  await chen.page.getByRole("button", { name: "Sign out" }).click();
  await expect(chen.page.getByRole("button", { name: "Sign in" })).toBeVisible();

  await tamper(chen.page, it, (thread) => {
    thread.records = thread.records.filter(({ seq }) => seq < 2);
    thread.head = Math.min(thread.head, 1);
  });
  await chen.signIn(it.chat);
  await expect(alert(chen)).toContainText("has been removed");
  await expect(alert(chen)).toContainText("For the clinic: removed from entry 2 on.");
  await expect(chen.message(texts[0]!)).toBeVisible();
  await expect(chen.message(texts[1]!)).toHaveCount(0);
  await chen.screenshot("cut");

  // What is kept to tell it by, is not lost by telling it.
  await chen.page.reload();
  await expect(alert(chen)).toBeVisible();
});

test("a draft is kept to be copied when the conversation turns out not to be what it was", async ({ person }) => {
  const it = await openCase();
  const amira = await person("amira", { viewport: { width: 320, height: 568 }, colorScheme: "dark" });
  await written(amira, it, [unique("First"), unique("Second")]);
  await amira.composer.fill("Half a thought");
  await tamper(amira.page, it, (thread) => {
    thread.records = [];
    thread.head = 1;
  });
  await amira.page.evaluate(() => dispatchEvent(new Event("focus")));
  await amira.page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(alert(amira)).toBeVisible();
  await expect(amira.page.getByRole("textbox", { name: "What you had written was not sent" })).toHaveValue("Half a thought");
  await expect(amira.message("Second")).toBeVisible();
  await amira.screenshot("cut-phone-dark");
});

test("a thread that nobody got at is as it was, on every visit", async ({ person }) => {
  const it = await openCase();
  const amira = await person("amira");
  await written(amira, it, [unique("First"), unique("Grüße, 你好, 😀 \"quoted\" \\ <b>")]);
  for (let visit = 0; visit < 2; visit++) {
    await amira.page.reload();
    await expect(amira.message("First")).toBeVisible();
    await expect(alert(amira)).toHaveCount(0);
  }
});
