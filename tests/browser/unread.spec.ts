/** How much waits to be read, wherever it is said, on both sides and on every device. */

import { openCase } from "./cases.ts";
import { expect, test, unique, type Person } from "./people.ts";

/** In the list, beside the tab, at the top and in the title, all the same. */
async function expectUnread(one: Person, reference: string, count: number, total: number): Promise<void> {
  const words = (unread: number) => (unread === 1 ? "1 unread message" : `${unread} unread messages`);
  const badge = count === 0 ? /unread/ : new RegExp(words(count));
  for (const place of [one.row(reference), one.chatTab]) {
    if (count === 0) await expect(place).not.toContainText(badge);
    else await expect(place).toContainText(badge);
  }
  const sign = total === 0 ? "No unread messages" : `${words(total)} in all`;
  await expect(one.page.getByRole("banner").getByRole("img", { name: sign })).toBeVisible();
  await expect.poll(() => one.unread()).toBe(total);
}

for (const [reader, writer] of [["amira", "chen"], ["chen", "amira"]] as const) {
  test(`what waits for ${reader} is counted in the list, beside the tab, at the top and in the title, and is gone once read`, async ({ person }) => {
    const it = await openCase();
    const [away, here] = [await person(reader), await person(writer)];
    await away.signIn(`#/cases/${it.id}/overview`);
    await here.signIn(it.chat);
    await expect(here.composer).toBeVisible();
    await expect(away.row(it.reference)).toBeVisible();
    const before = await away.unread();
    await expectUnread(away, it.reference, 0, before);

    const texts = [unique("First"), unique("Second")];
    await here.send(texts[0]!);
    await expectUnread(away, it.reference, 1, before + 1);
    await here.send(texts[1]!);
    await expectUnread(away, it.reference, 2, before + 2);
    await away.screenshot(`unread-${reader}`);

    await away.chatTab.click();
    await expect(away.message(texts[1]!)).toBeVisible();
    await expectUnread(away, it.reference, 0, before);
    // It is the server that knows: a page that begins anew says the same.
    await away.go("");
    await away.page.reload();
    await expect(away.row(it.reference)).toContainText("Second");
    await expect(away.row(it.reference)).not.toContainText("unread");
  });
}

test("what one has written oneself never waits, on no device", async ({ person }) => {
  const it = await openCase();
  const [writing, elsewhere] = [await person("amira"), await person("amira")];
  await elsewhere.signIn();
  await writing.signIn(it.chat);
  await expect(elsewhere.row(it.reference)).toBeVisible();
  const before = await elsewhere.unread();
  const text = unique("Mine");
  await writing.send(text);
  await expect(elsewhere.row(it.reference)).toContainText(`You: \u2068${text}`);
  await expect(elsewhere.row(it.reference)).not.toContainText("unread");
  expect(await elsewhere.unread()).toBe(before);
});

test("reading on one device clears the other within ten seconds", async ({ person }) => {
  const it = await openCase();
  const [chen, phone, desk] = [await person("chen"), await person("amira"), await person("amira")];
  await chen.signIn(it.chat);
  for (const device of [phone, desk]) {
    await device.signIn();
    await expect(device.row(it.reference)).toBeVisible();
  }
  const before = await desk.unread();
  await chen.send(unique("For both of your devices"));
  for (const device of [phone, desk]) {
    await expect(device.row(it.reference)).toContainText("1 unread message");
    await expect.poll(() => device.unread()).toBe(before + 1);
  }
  await phone.open(it.reference);
  await expect(desk.row(it.reference)).not.toContainText("unread", { timeout: 10_000 });
  await expect.poll(() => desk.unread()).toBe(before);
});

test("a page that nobody can see reads nothing, though its case is open; once seen, it does", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = [await person("amira"), await person("chen")];
  await amira.signIn(it.chat);
  await chen.signIn(it.chat);
  await expect(chen.composer).toBeVisible();
  await expect(amira.composer).toBeVisible();
  const before = await amira.unread();
  await amira.turnAway();
  const text = unique("Are you there?");
  await chen.send(text);
  await expect(amira.message(text)).toHaveCount(1);
  await expect.poll(() => amira.unread()).toBe(before + 1);
  await expect(chen.message(text)).toContainText("Sent");
  await expect(chen.page.getByText("Seen")).toHaveCount(0);

  await amira.turnBack();
  await expect.poll(() => amira.unread()).toBe(before);
  await expect(amira.page.getByText("New messages", { exact: true })).toBeVisible();
  await expect(chen.page.getByText(/^Seen/)).toBeVisible();
});

test("what comes into the chat that one looks at is not counted, not even for a moment", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = [await person("amira"), await person("chen")];
  await amira.signIn(it.chat);
  await chen.signIn(it.chat);
  await expect(amira.composer).toBeVisible();
  await expect(chen.composer).toBeVisible();
  const before = await amira.unread();
  await amira.page.evaluate(() => {
    const titles = Object.assign(window, { titles: new Set<string>() }).titles;
    const note = () => {
      titles.add(document.title);
      requestAnimationFrame(note);
    };
    note();
  });
  for (const text of [unique("One"), unique("Two"), unique("Three")]) {
    await chen.send(text);
    await expect(amira.message(text)).toBeVisible();
  }
  await expect(chen.page.getByText(/^Seen/)).toBeVisible();
  const titles = await amira.page.evaluate(() => [...(window as unknown as { titles: Set<string> }).titles]);
  expect(titles).toHaveLength(1);
  expect(await amira.unread()).toBe(before);
});

test("what lies below what one sees is not read until one gets there", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = [await person("amira"), await person("chen")];
  await chen.signIn(it.chat);
  await chen.send(unique("The long story:").concat("\n.".repeat(60)));
  const last = unique("And the end of it");
  await chen.send(last);
  await amira.signIn(it.chat);
  await expect(amira.page.getByText("New messages", { exact: true })).toBeInViewport();
  await expect(amira.message(last)).not.toBeInViewport();
  await expect(amira.chatTab).toContainText("2 unread messages");
  await amira.page.getByRole("button", { name: "Go to the newest" }).click();
  await expect(amira.message(last)).toBeInViewport();
  await expect(amira.chatTab).not.toContainText("unread");
});
