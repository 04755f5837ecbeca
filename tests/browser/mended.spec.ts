/** Small things that were wrong once: keys, focus, names, and a connection that is only half away. */

import { expect, test, unique } from "./people.ts";

const CASE = "mso-2026-0001";

test("sending nothing says nothing, twice clicked or not", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn(`#/cases/${CASE}/chat`);
  const text = unique("Clicked twice");
  await amira.composer.fill(text);
  await amira.page.getByRole("button", { name: "Send" }).dblclick();
  await expect(amira.message(text).locator("time")).toBeVisible();
  await expect(amira.message(text)).toHaveCount(1);
  await expect(amira.page.getByText("Write something first")).toHaveCount(0);
});

test("the title and the focus follow the route", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn();
  await amira.open(CASE);
  await expect(amira.page).toHaveTitle(/^(\(\d+\) )?Dr\. Wei Chen · Case chat$/);
  await expect(amira.page.getByRole("heading", { name: /Wei Chen/ })).toBeFocused();
  await amira.page.goBack();
  await expect(amira.page).toHaveTitle(/^(\(\d+\) )?Case chat$/);
  await expect(amira.page.getByRole("link", { name: new RegExp(CASE, "i") })).toBeFocused();
});

test("on a phone Enter breaks the line, letters piled high leave Send in reach, and one can sign out", async ({ person }) => {
  const amira = await person("amira", { viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true });
  await amira.signIn(`#/cases/${CASE}/chat`);
  const text = unique(`Z${"\u0489".repeat(300)}algo`);
  await amira.composer.fill(text);
  await amira.composer.press("Enter");
  await expect(amira.composer).toHaveValue(`${text}\n`);
  await amira.page.getByRole("button", { name: "Send" }).click();
  await expect(amira.message("algo").last().locator("time")).toBeVisible();
  await expect(amira.page.getByRole("button", { name: "Send" })).toBeInViewport({ ratio: 1 });
  await amira.page.getByRole("button", { name: "Sign out" }).click();
  await expect(amira.page.getByRole("button", { name: "Sign in" })).toBeVisible();
});

test("without a live connection messages come a little late, and the page says just that", async ({ person }) => {
  const [amira, chen] = [await person("amira"), await person("chen")];
  await amira.page.routeWebSocket(/.*/, (socket) => void socket.close());
  await amira.signIn(`#/cases/${CASE}/chat`);
  await chen.signIn(`#/cases/${CASE}/chat`);
  await expect(amira.page.getByText("may come a little late")).toBeVisible();
  await expect(chen.composer).toBeVisible();
  const text = unique("Can you see this?");
  await chen.send(text);
  // The page looks every twelve seconds.
  await expect(amira.message(text)).toHaveCount(1, { timeout: 25_000 });
});
