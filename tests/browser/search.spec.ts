import { openCase } from "./cases.ts";
import { LongThread } from "./long-thread.ts";
import { expect, test, unique } from "./people.ts";

test("finds what was written however it was typed, from the newest back, and shows it in its place", async ({ person }) => {
  const it = await openCase();
  const amira = await person("amira");
  await amira.signIn(it.chat);
  for (const text of ["The chest pain began in May", "Mañana, then", "No pain since"]) {
    await amira.send(text);
    await expect(amira.message(text).locator("time")).toBeVisible();
  }
  const { page } = amira;
  const field = page.getByRole("searchbox");
  await page.getByRole("button", { name: "Search this conversation" }).click();
  await expect(field).toBeFocused();
  await field.pressSequentially("chest pain");
  await expect(page.getByText("1 of 1")).toBeVisible();
  for (let keys = 0; keys < 4; keys++) await field.press("Backspace");
  await expect(field).toHaveValue("chest ");
  await field.fill("pain");
  await expect(page.getByText("2 of 2")).toBeVisible();
  await expect(amira.message("No pain since")).toHaveClass(/sought/);
  await field.press("Enter");
  await expect(page.getByText("1 of 2")).toBeVisible();
  await expect(amira.message("The chest pain")).toHaveClass(/sought/);
  await field.fill("manana");
  await expect(page.locator("mark")).toHaveText("Mañana");
  await field.fill("nobody wrote this");
  await expect(page.getByText("Nothing found")).toBeVisible();

  const live = unique("nobody wrote this before");
  await amira.composer.fill(live);
  await amira.composer.press("Enter");
  await expect(page.getByText("1 of 1")).toBeVisible();
  await page.getByRole("search").getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("button", { name: "Search this conversation" })).toBeFocused();
});

test("reads the rest of a long conversation in when asked, and goes to what is far back", async ({ person }) => {
  const it = await openCase();
  const amira = await person("amira");
  await LongThread.instead(amira.page, it, { count: 1_000, read: 999 });
  await amira.signIn(it.chat);
  await expect(amira.page.getByRole("article").first()).toBeVisible();
  // On a keyboard in another script, the letter is another one.
  await amira.page.evaluate(() => dispatchEvent(new KeyboardEvent("keydown", { key: "ب", code: "KeyF", ctrlKey: true, cancelable: true })));
  await amira.page.getByRole("searchbox").fill("No. 17:");
  await expect(amira.page.getByText("Nothing found so far")).toBeVisible();
  await amira.page.getByRole("button", { name: "Search earlier messages too" }).click();
  await expect(amira.page.getByText("1 of 1", { exact: true })).toBeVisible();
  await expect(amira.message("No. 17:")).toBeInViewport();
  await expect(amira.page.getByRole("article")).not.toHaveCount(0);
  expect(await amira.page.locator(".log *").count()).toBeLessThan(400);
});
