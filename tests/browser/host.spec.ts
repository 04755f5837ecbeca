/** What the host system changes about a case, as both people see it happen. */

import { openCase } from "./cases.ts";
import { expect, test, unique } from "./people.ts";

test("a case that is given to somebody else moves to them, and nothing of it stays behind", async ({ person }) => {
  const it = await openCase();
  const [amira, chen, okafor] = [await person("amira"), await person("chen"), await person("okafor")];
  const elsewhere = await person("chen");
  await amira.signIn(it.chat);
  await chen.signIn(it.chat);
  await elsewhere.signIn();
  await okafor.signIn();
  const text = unique("Only for my specialist");
  await expect(amira.composer).toBeVisible();
  await chen.turnAway();
  await expect(elsewhere.row(it.reference)).toBeVisible();
  const before = await elsewhere.unread();
  await amira.send(text);
  await expect(elsewhere.row(it.reference)).toContainText("1 unread message");
  await expect.poll(() => elsewhere.unread()).toBe(before + 1);
  await expect(chen.message(text)).toHaveCount(1);

  await it.change({ provider: "okafor" });
  await expect(okafor.row(it.reference)).toContainText("Amira Haddad");
  await expect(elsewhere.row(it.reference)).toHaveCount(0);
  await expect.poll(() => elsewhere.unread()).toBe(before);
  await expect(chen.page.getByText("This case is not available")).toBeVisible();
  await expect(chen.page.getByText(text)).toHaveCount(0);
  await expect(amira.page.getByRole("log").getByText(/Dr. Ngozi Okafor.* is now the specialist on this case/)).toBeVisible();
  await expect(amira.page.getByRole("heading", { name: "Dr. Ngozi Okafor" })).toBeVisible();

  await okafor.open(it.reference);
  await expect(okafor.message(text)).toBeVisible();
  const answer = unique("I have taken over");
  await okafor.send(answer);
  await expect(amira.message(answer)).toBeVisible();
});

test("a closed case moves to the closed ones, and what waits in it counts until it is read", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = [await person("amira"), await person("chen")];
  await chen.signIn(it.chat);
  await amira.signIn();
  const [open, closed] = ["Open cases", "Closed cases"].map((name) => amira.page.getByRole("list", { name }));
  await expect(open!.getByRole("link", { name: it.reference })).toBeVisible();
  const before = await amira.unread();
  await chen.send(unique("My opinion is ready"));
  await expect(amira.row(it.reference)).toContainText("1 unread message");

  await it.change({ status: "closed" });
  const row = closed!.getByRole("link", { name: it.reference });
  await expect(row).toContainText("1 unread message");
  await expect(open!.getByRole("link", { name: it.reference })).toHaveCount(0);
  expect(await amira.unread()).toBe(before + 1);
  await expect(chen.page.getByText("This case is closed")).toBeVisible();
  await amira.screenshot("closed-unread");

  await row.click();
  await expect(amira.page.getByText("My opinion is ready").last()).toBeVisible();
  await expect(row).not.toContainText("unread");
  await expect.poll(() => amira.unread()).toBe(before);
});
