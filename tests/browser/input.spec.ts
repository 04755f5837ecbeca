import { expect, test, unique } from "./people.ts";

const CASE = "mso-2026-0001";

test("white space alone cannot be sent", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn(`#/cases/${CASE}/chat`);
  const posts: string[] = [];
  amira.page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await amira.send(" \n\t ");
  await expect(amira.page.getByRole("alert")).toContainText("Write something first");
  await expect(amira.composer).toHaveValue(" \n\t ");
  expect(posts).toEqual([]);
});

test("8,001 characters are refused with the reason, and 8,000 are sent", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn(`#/cases/${CASE}/chat`);
  const start = unique("A very long text");
  await amira.send(start.padEnd(8_001, "x"));
  await expect(amira.page.getByRole("alert")).toContainText("8,001 characters, and 8,000 is the most");
  await expect(amira.message(start)).toHaveCount(0);
  await amira.send(start.padEnd(8_000, "x"));
  await expect(amira.message(start).locator("time")).toBeVisible();
});

test("Shift and Enter break the line, and white space is kept as it was written", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn(`#/cases/${CASE}/chat`);
  const first = unique("  first line");
  await amira.composer.fill(first);
  await amira.composer.press("End");
  await amira.composer.press("Shift+Enter");
  await amira.composer.pressSequentially("  second line");
  await amira.composer.press("Enter");
  const body = amira.message(first).locator(".body");
  await expect(body).toBeVisible();
  expect(await body.textContent()).toBe(`${first}\n  second line`);
  await expect(amira.composer).toHaveValue("");
});
