/** Mail to who is away: what it looks like, and the way from it into the conversation. */

import { openCase } from "./cases.ts";
import { expect, test, unique } from "./people.ts";
import { endpoints } from "./setting.ts";

/** What mails say of one sender, by language. */
const LANGUAGES = [
  { locale: "en", subject: "You have a new message", headline: "has written to you", button: "Open the chat" },
  { locale: "es", subject: "Tiene un mensaje nuevo", headline: "le ha escrito", button: "Abrir el chat" },
  { locale: "ar", subject: "لديك رسالة جديدة", headline: "وصلتك رسالة من", button: "فتح المحادثة" },
];

test("who has closed the browser gets a mail that leads to the first unread message", async ({ person }) => {
  const opened = await openCase({ email: "away@example.org" });
  const [amira, chen] = [await person("amira"), await person("chen")];
  await amira.signIn(opened.chat);
  await amira.composer.waitFor();
  const [first, second] = [unique("Where does it hurt most?"), unique("And since when?")];
  await amira.send(first);
  await amira.send(second);

  const mailbox = chen.page;
  await mailbox.goto(endpoints().mailbox);
  const mail = mailbox.getByRole("link").filter({ hasText: "away@example.org" }).first();
  await expect(async () => {
    await mailbox.reload();
    await expect(mail).toBeVisible({ timeout: 500 });
  }).toPass();
  await mail.click();
  const letter = mailbox.frameLocator("iframe");
  await expect(letter.getByRole("heading")).toContainText(/Amira Haddad has (written to you|sent you 2 messages)/);
  await expect(letter.getByText(first)).toBeVisible();
  const link = await letter.getByRole("link", { name: "Open the chat" }).getAttribute("href");

  // The link asks who one is, then leads straight to the case.
  await chen.signIn(new URL(link!).hash);
  await expect(chen.message(first)).toBeVisible();
  await expect(chen.message(second)).toBeVisible();
  await expect(chen.page.getByText("New messages", { exact: true })).toBeVisible();
  await expect(amira.page.getByText(/^Seen/)).toBeVisible();
});

for (const { locale, subject, headline, button } of LANGUAGES) {
  test(`a mail in ${locale} reads well, wide and narrow`, async ({ person }) => {
    const address = `${locale}.${unique("x").slice(3, 11)}@example.org`;
    const opened = await openCase({ locale, email: address });
    const amira = await person("amira");
    await amira.signIn(opened.chat);
    await amira.send("Thank you for your time. The pain is worse in the mornings, and it goes down to the foot.");
    const { mailbox } = endpoints();
    const found = async () => {
      const mails = (await (await fetch(`${mailbox}/messages.json`)).json()) as { to: string; subject: string; html: string }[];
      return mails.find(({ to }) => to === address);
    };
    await expect.poll(found).toBeDefined();
    const mail = (await found())!;
    expect(mail.subject).toBe(subject);
    const { page } = await person("chen");
    for (const [name, width] of [
      ["wide", 800],
      ["narrow", 320],
    ] as const) {
      await page.setViewportSize({ width, height: 520 });
      await page.setContent(mail.html);
      await expect(page.getByRole("heading")).toContainText(headline);
      await expect(page.getByRole("link", { name: button })).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth), "nothing to scroll sideways").toBeLessThanOrEqual(width);
      await page.screenshot({ path: `test-results/mail-${locale}-${name}.png` });
    }
  });
}
