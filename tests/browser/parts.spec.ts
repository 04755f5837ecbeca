/** Parts of the page are loaded when they are asked for, and may not be there: no connection, or a newer page is served. */

import type { Page } from "@playwright/test";
import { openCase } from "./cases.ts";
import { expect, test } from "./people.ts";
import { endpoints } from "./setting.ts";

const missing = (page: Page, name: RegExp) => page.route(name, (route) => route.abort());
const strip = (page: Page) => page.getByRole("alert").filter({ hasText: "A part of this page could not be loaded." });

for (const [what, name, at] of [
  ["the page to print", /case-transcript-/, "print"],
  ["the overview", /case-overview-/, "overview"],
] as const) {
  test(`a page without ${what} says so, and offers to load it anew`, async ({ person }) => {
    const it = await openCase();
    const amira = await person("amira");
    await missing(amira.page, name);
    await amira.isSignedIn();
    await amira.page.goto(`${endpoints().web}/${it.chat.replace(/chat$/, at)}`);
    await expect(strip(amira.page)).toBeVisible();
    await amira.page.unrouteAll();
    await amira.page.getByRole("button", { name: "Load again" }).click();
    await expect(amira.page.getByText(at === "print" ? "Conversation about case" : "Case reference")).toBeVisible();
    await expect(strip(amira.page)).toHaveCount(0);
  });
}

test("where the page's own search is not there, the browser's is", async ({ person }) => {
  const it = await openCase();
  const amira = await person("amira");
  await missing(amira.page, /thread-search-/);
  await amira.signIn(it.chat);
  await amira.composer.waitFor();
  const taken = () =>
    amira.page.evaluate(() => !dispatchEvent(new KeyboardEvent("keydown", { key: "f", ctrlKey: true, cancelable: true })));
  expect(await taken()).toBe(true);
  await expect(strip(amira.page)).toBeVisible();
  expect(await taken()).toBe(false);
});

test("a page without any language still says what is wrong", async ({ person }) => {
  const { page } = await person("amira");
  await missing(page, /messages_/);
  await page.goto(endpoints().web);
  await expect(page.getByRole("alert")).toContainText("This page could not start.");
  await expect(page.getByRole("alert")).toContainText("تعذّر");
});

test("a language that cannot be had is not chosen, and can be asked for again", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn("#/preferences");
  const select = amira.page.getByRole("combobox", { name: "Language" });
  await missing(amira.page, /messages_es/);
  await select.selectOption("es");
  await expect(strip(amira.page)).toBeVisible();
  await expect(select).toHaveValue("en");
  await select.selectOption("ar");
  await expect(amira.page.getByRole("heading", { name: "الإعدادات" })).toBeVisible();
  await expect(amira.page.getByRole("combobox")).toBeFocused();
  await expect(amira.page.locator("html")).toHaveAttribute("dir", "rtl");
});

test("who signs out while the issuer cannot be reached is told so, and leaves no address behind", async ({ person }) => {
  const it = await openCase();
  const amira = await person("amira");
  await amira.isSignedIn();
  await amira.page.goto(`${endpoints().web}/${it.chat}`);
  await amira.composer.waitFor();
  await amira.page.route(`${endpoints().issuer}/**`, (route) => route.abort());
  await amira.page.getByRole("button", { name: "Sign out" }).click();
  await expect(amira.page.getByText("we could not end your sign-in itself")).toBeVisible();
  expect(new URL(amira.page.url()).hash).toBe("");
});

test("whose session ends on the page to print is told so, and can sign in again", async ({ person }) => {
  const it = await openCase();
  const amira = await person("amira");
  await amira.isSignedIn();
  await amira.page.goto(`${endpoints().web}/${it.chat.replace(/chat$/, "print")}`);
  await expect(amira.page.getByRole("heading", { name: new RegExp(it.reference) })).toBeVisible();
  await amira.page.route(/\/cases/, (route) => route.fulfill({ status: 401, headers: { "access-control-allow-origin": "*" }, json: { status: 401, code: "unauthenticated" } }));
  await amira.page.evaluate(() => void dispatchEvent(new Event("focus")));
  await expect(amira.page.getByText("You were signed out to keep your messages safe.")).toBeVisible();
  await expect(amira.page.getByRole("button", { name: "Sign in" })).toBeVisible();
});
