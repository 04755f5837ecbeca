/** Where one reads, what the other has read, and that the other is writing. */

import { openCase, type Case } from "./cases.ts";
import { expect, test, unique, type Person } from "./people.ts";

async function both(person: (id: "amira" | "chen") => Promise<Person>, it: Case): Promise<[Person, Person]> {
  const [amira, chen] = [await person("amira"), await person("chen")];
  await amira.signIn(it.chat);
  await chen.signIn(it.chat);
  await expect(amira.composer).toBeVisible();
  await expect(chen.composer).toBeVisible();
  return [amira, chen];
}

test("a line stands where the unread began, under its day, and stays while one reads and writes", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = await both(person, it);
  const [old, fresh, later] = [unique("Before"), unique("While she was away"), unique("While she reads")];
  await chen.send(old);
  await expect(chen.page.getByText(/^Seen/)).toBeVisible();
  await amira.go("");
  await expect(amira.composer).toHaveCount(0);
  await chen.send(fresh);
  await expect(amira.row(it.reference)).toContainText("1 unread message");
  await amira.open(it.reference);

  const log = amira.page.getByRole("log");
  const inOrder = new RegExp(`Today.*Before.*New messages.*While she was away`, "s");
  await expect(log).toHaveText(inOrder);
  await expect(amira.chatTab).not.toContainText("unread");
  await chen.send(later);
  await expect(amira.message(later)).toBeVisible();
  await amira.send(unique("Thank you"));
  await expect(log).toHaveText(/New messages.*While she was away.*While she reads.*Thank you/s);
  await expect(log.getByText("New messages")).toHaveCount(1);
  await expect(log.getByText("Today")).toHaveCount(1);
  await amira.screenshot("divider");

  await amira.go("");
  await expect(amira.composer).toHaveCount(0);
  await amira.open(it.reference);
  await expect(log.getByText("New messages")).toHaveCount(0);
});

test("what is new is what one sees first; with nothing new, one sees the end", async ({ person }) => {
  const it = await openCase();
  const chen = await person("chen");
  await chen.signIn(it.chat);
  for (let part = 1; part <= 8; part++) await chen.send(`Part ${part}.${"\n.".repeat(12)}`);
  await expect(chen.message("Part 8.").locator("time")).toBeVisible();
  const amira = await person("amira", { viewport: { width: 390, height: 844 } });
  await amira.signIn(it.chat);
  await expect(amira.page.getByText("New messages")).toBeInViewport();
  await expect(amira.message("Part 1.")).toBeInViewport();
  await expect(amira.message("Part 8.")).not.toBeInViewport();
  await amira.page.getByRole("button", { name: "Go to the newest" }).click();
  await expect(amira.chatTab).not.toContainText("unread");
  await amira.page.reload();
  await expect(amira.message("Part 8.")).toBeInViewport();
  await expect(amira.page.getByText("New messages")).toHaveCount(0);
});

test("one's newest message that was read says so, with the time; a newer one was sent", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = await both(person, it);
  const [first, second, third] = [unique("First"), unique("Second"), unique("Third")];
  await amira.send(first);
  await amira.send(second);
  const seen = amira.page.getByText(/^Seen/);
  await expect(seen).toHaveText(/^Seen \d{2}:\d{2}$/);
  await expect(amira.page.getByRole("log")).toHaveText(/First.*Second.*Seen/s);
  await expect(amira.message(second)).not.toContainText("Sent");
  await chen.turnAway();
  await amira.send(third);
  await expect(amira.message(third)).toContainText("Sent");
  await expect(amira.page.getByRole("log")).toHaveText(/Second.*Seen.*Third/s);
  await amira.screenshot("seen");
  await chen.turnBack();
  await expect(amira.page.getByRole("log")).toHaveText(/Third.*Seen/s);
  await expect(seen).toHaveCount(1);
  // It says this of one's own only.
  await expect(chen.page.getByText(/^Seen/)).toHaveCount(0);
});

test("that one writes is shown to the other, and to nobody else; it moves nothing, and ends with the message", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = await both(person, it);
  const own = await person("chen");
  await own.signIn(it.chat);
  await expect(own.composer).toBeVisible();
  const writing = (one: Person) => one.page.getByText("is writing…");
  const field = await amira.composer.boundingBox();
  // A hint goes out every few seconds at most.
  await expect(async () => {
    await chen.composer.press("x");
    await expect(writing(amira)).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(amira.page.getByRole("status").filter({ hasText: "Dr. Wei Chen is writing…" })).toBeVisible();
  expect(await amira.composer.boundingBox()).toEqual(field);
  await amira.screenshot("typing");
  for (const one of [chen, own]) await expect(writing(one)).toHaveCount(0);
  const text = unique("Here it is");
  await chen.send(text);
  await expect(amira.message(text)).toBeVisible();
  await expect(writing(amira)).toHaveCount(0);
});

test("nothing moves while older messages come in above", async ({ person }) => {
  const it = await openCase();
  const chen = await person("chen");
  await chen.signIn(it.chat);
  await expect(chen.composer).toBeVisible();
  for (let number = 1; number <= 58; number++) await chen.send(`Message number ${number}.`);
  await expect(chen.message("number 58.").locator("time")).toBeVisible();
  const amira = await person("amira");
  await amira.signIn(it.chat);
  // The line leads on to the page before, until all that is new is there.
  await expect(amira.page.getByText("New messages")).toBeInViewport();
  await expect(amira.message("number 1.")).toBeInViewport();
  await expect(amira.page.getByText("Today")).toHaveCount(1);
  await amira.page.getByRole("button", { name: "Go to the newest" }).click();
  await expect(amira.chatTab).not.toContainText("unread");
  await amira.page.reload();
  await expect(amira.message("number 58.")).toBeInViewport();
  await expect(amira.message("number 1.")).toHaveCount(0);

  const held = amira.message("number 12.");
  let letThrough = () => {};
  const asked = new Promise<void>((resolve) => (letThrough = resolve));
  await amira.page.route("**/messages?*before=*", async (route) => {
    await asked;
    await route.fallback();
  });
  await amira.page.getByRole("group", { name: "Conversation" }).evaluate((scroller) => (scroller.scrollTop = 100));
  await expect(amira.page.getByRole("button", { name: "Loading earlier messages…" })).toBeVisible();
  const before = await held.boundingBox();
  letThrough();
  await expect(amira.message("number 1.")).toHaveCount(1);
  const after = await held.boundingBox();
  expect(Math.abs(after!.y - before!.y)).toBeLessThanOrEqual(1);
});
