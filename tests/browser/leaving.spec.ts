/** What is left behind when someone leaves: nothing of the case for others, and nothing lost of what was written. */

import { chromium as browsers } from "@playwright/test";
import { expect, Person, test, unique } from "./people.ts";
import { chromium } from "./setting.ts";

const CASE = "mso-2026-0001";

test("after signing out, Back shows nothing of the case", async () => {
  // Playwright turns off the cache that this is about.
  const browser = await browsers.launch({
    executablePath: chromium(),
    args: ["--no-sandbox", "--disable-gpu"],
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  const amira = new Person(await browser.newPage(), "amira");
  await amira.signIn(`#/cases/${CASE}/chat`);
  await amira.composer.fill("A thought of mine");
  await amira.page.evaluate(() => Object.assign(window, { leaving: true }));
  // What was written and not sent would go: that is asked first, and a no is taken for one.
  const asked: string[] = [];
  amira.page.on("dialog", async (dialog) => {
    asked.push(dialog.message());
    await (asked.length === 1 ? dialog.dismiss() : dialog.accept());
  });
  await amira.page.getByRole("button", { name: "Sign out" }).click();
  await expect.poll(() => asked).toEqual([expect.stringContaining("has not been sent")]);
  await expect(amira.composer).toHaveValue("A thought of mine");
  await amira.page.getByRole("button", { name: "Sign out" }).click();
  // The issuer sends the browser back to a page that has loaded anew.
  const leaving = () => amira.page.evaluate(() => "leaving" in window).catch(() => true);
  await expect.poll(leaving).toBe(false);
  await expect(amira.page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await amira.page.goBack().catch(() => null);
  await expect(amira.page.getByText("Dr. Wei Chen")).toHaveCount(0);
  await expect(amira.page.getByText("A thought of mine")).toHaveCount(0);
  await browser.close();
});

test("signing out in one tab signs out the same person's other tabs", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn(`#/cases/${CASE}/chat`);
  await expect(amira.composer).toBeVisible();
  const second = await amira.window();
  await second.signIn();
  await expect(second.page.getByRole("heading", { name: "Text a Specialist" })).toBeVisible();
  await second.page.getByRole("button", { name: "Sign out" }).click();
  await expect(amira.page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expect(amira.composer).toHaveCount(0);
});

test("an address with a code that nobody asked for leaves the session as it is", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn();
  await amira.page.goto(new URL("/?state=x&code=y", amira.page.url()).href);
  await expect(amira.page.getByRole("heading", { name: "Text a Specialist" })).toBeVisible();
});

test("what is written goes along to the sign-in and back when the session has ended", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn(`#/cases/${CASE}/chat`);
  await amira.composer.fill("half a thought");
  const refuse = { status: 401, headers: { "access-control-allow-origin": "*" }, body: "{}" };
  await amira.page.route("**/messages*", (route) => (route.request().method() === "OPTIONS" ? route.fallback() : route.fulfill(refuse)));
  const text = unique("Written too late");
  await amira.send(text);
  await expect(amira.page.getByText("You were signed out to keep your messages safe")).toBeVisible();
  await expect(amira.message(text)).toContainText("Not sent yet");
  await amira.composer.fill("half a thought");
  await amira.page.unroute("**/messages*");
  await amira.page.getByRole("button", { name: "Sign in" }).click();
  const choice = amira.page.getByRole("button", { name: /Amira/ });
  await choice.or(amira.composer).first().waitFor();
  if (await choice.isVisible()) await choice.click();
  await expect(amira.composer).toHaveValue("half a thought");
  await expect(amira.message(text).locator("time")).toBeVisible();
});

/** Whether the browser asks when a page with half a sentence in it is closed. */
async function isAsked({ page, composer }: Person): Promise<boolean> {
  await composer.click();
  await composer.pressSequentially("half a sen");
  let asked = false;
  page.on("dialog", (dialog) => {
    asked = dialog.type() === "beforeunload";
    void dialog.accept();
  });
  const closed = page.waitForEvent("close");
  await page.close({ runBeforeUnload: true });
  await closed;
  return asked;
}

test("whoever leaves in the middle of a sentence is not asked, and finds it again", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn(`#/cases/${CASE}/chat`);
  const second = await amira.window();
  await second.signIn(`#/cases/${CASE}/chat`);
  await expect(second.composer).toBeVisible();
  expect(await isAsked(second)).toBe(false);
  await amira.page.reload();
  await expect(amira.composer).toHaveValue("half a sen");
});

test("where the browser keeps nothing, whoever leaves in the middle of a sentence is asked", async ({ person }) => {
  const amira = await person("amira");
  await amira.page.addInitScript(() => Object.defineProperty(window, "indexedDB", { value: undefined }));
  await amira.signIn(`#/cases/${CASE}/chat`);
  expect(await isAsked(amira)).toBe(true);
});
