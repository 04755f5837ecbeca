/** Pictures to look at: of the phone and the dark, and, when asked for, the one that README shows. */

import { expect, test, unique, type Person } from "./people.ts";
import { contextOf, type Variant } from "./variants.ts";

const CASE = "mso-2026-0001";

test("a phone in the dark shows the list, then the thread", async ({ person }) => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark" } as const;
  const amira = await person("amira", phone);
  await amira.signIn();
  await expect(amira.page.getByRole("link", { name: new RegExp(CASE, "i") })).toBeVisible();
  await expect(amira.page.locator(".page")).toBeHidden();
  await amira.screenshot("phone-dark-list");
  await amira.open(CASE);
  await expect(amira.page.getByRole("navigation")).toBeHidden();
  await amira.send(unique("Thank you, that helps."));
  await amira.screenshot("phone-dark-thread");
  await amira.page.getByRole("link", { name: "All cases" }).click();
  await expect(amira.page.getByRole("navigation")).toBeVisible();
});

test("nothing is wider than the narrowest screen", async ({ person }) => {
  const amira = await person("amira", { viewport: { width: 320, height: 640 } });
  await amira.signIn(`#/cases/${CASE}/chat`);
  await amira.send(unique("x".repeat(400)));
  await expect(amira.composer).toHaveValue("");
  expect(await amira.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  await amira.screenshot("narrow");
});

test("the picture for README", async ({ person }) => {
  const size = { viewport: { width: 1120, height: 780 }, deviceScaleFactor: 1 };
  const [amira, okafor, chen] = [await person("amira", size), await person("okafor", size), await person("chen", size)];
  const [chat, reference] = ["#/cases/mso-2026-0003/chat", "mso-2026-0003"];
  await amira.signIn(chat);
  await okafor.signIn(chat);
  await chen.signIn("#/cases/mso-2026-0001/chat");
  await amira.page.getByRole("navigation").getByRole("button", { name: "Close" }).click();
  for (const [who, text] of EXCHANGE({ amira, okafor })) {
    await who.send(text);
    for (const one of [amira, okafor]) await expect(one.message(text).last().locator("time")).toBeVisible();
  }
  await expect(amira.page.getByText(/^Seen/)).toBeVisible();
  await amira.go("");
  await expect(amira.composer).toHaveCount(0);
  await okafor.send(ANSWER);
  await expect(amira.row(reference)).toContainText("1 unread message");
  for (const text of ["Good morning, Ms. Haddad.", "Your second report has arrived. Thank you."]) await chen.send(text);
  await expect(amira.row("mso-2026-0001")).toContainText("2 unread messages");
  await amira.page.getByRole("status").getByRole("button", { name: "Close" }).click();
  await amira.open(reference);
  await expect(amira.chatTab).not.toContainText("unread");
  await amira.composer.fill("That helps a lot. I will send it today.");
  await expect(async () => {
    await okafor.composer.press("x");
    await expect(amira.page.getByText("is writing…")).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await amira.page.screenshot({ path: "../../web/screenshot.png", animations: "disabled" });

  const { origin } = new URL(amira.page.url());
  const pictures: string[] = [];
  for (const { at, ...variant } of PHONES) {
    const one = await person("amira", { ...contextOf(variant), deviceScaleFactor: 2 });
    const { page } = one;
    await one.isSignedIn();
    await page.addInitScript(() => localStorage.setItem("case-chat.notices-dismissed", "yes"));
    await page.goto(`${origin}/${at}`);
    await page.locator("article, .row, device-settings kbd").last().waitFor();
    pictures.push((await page.screenshot({ animations: "disabled" })).toString("base64"));
  }
  const { page: sheet } = await person("admin", { deviceScaleFactor: 1, viewport: { width: 1120, height: 600 } });
  const images = pictures.map((picture) => `<img src="data:image/png;base64,${picture}">`).join("");
  await sheet.setContent(`<style>body{display:flex;justify-content:space-between;margin:20px;background:#cfd8dc}img{width:258px;border-radius:14px}</style>${images}`);
  await sheet.screenshot({ path: "../../web/phones.png" });
});

const PHONES: readonly (Variant & { at: string })[] = [
  { device: "phone", scheme: "light", language: "en", at: "" },
  { device: "phone", scheme: "light", language: "en", at: "#/cases/mso-2026-0003/chat" },
  { device: "phone", scheme: "dark", language: "ar", at: "#/cases/mso-2026-0003/chat" },
  { device: "phone", scheme: "light", language: "es", at: "#/preferences" },
];

function EXCHANGE({ amira, okafor }: { amira: Person; okafor: Person }): [Person, string][] {
  return [
    [okafor, "Good morning, Ms. Haddad. I have read your MRI from March and the first report. Before I write my opinion: has the numbness in your left hand changed since then?"],
    [amira, "Good morning, doctor. It is a little better in the mornings, but by the evening two fingers are still numb."],
    [amira, "I have not needed the painkillers for about a week."],
  ];
}

const ANSWER =
  "That is good to hear, and it fits what I see in the images.\nOne thing would help me: the nerve test from April, if you have it. Nothing about this is urgent.";
