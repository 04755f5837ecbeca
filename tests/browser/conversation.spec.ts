import { expect, test, unique } from "./people.ts";

const CASE = "mso-2026-0001";
const TIME = /\d{1,2}:\d{2}/;

test("two people write to each other, each in a browser of their own", async ({ person }) => {
  const [amira, chen] = [await person("amira"), await person("chen")];
  await amira.signIn();
  await chen.signIn();
  await expect(amira.page.getByRole("heading", { name: "Text a Specialist" })).toBeVisible();
  await expect(chen.page.getByRole("heading", { name: "Text a Requester" })).toBeVisible();
  await amira.open(CASE);
  await chen.open(CASE);

  const question = unique("Good morning. May I take ibuprofen before the scan?");
  await amira.send(question);
  const asked = chen.message(question);
  await expect(asked).toContainText("Amira Haddad");
  await expect(asked).toContainText("Requester");
  await expect(asked.locator("time")).toHaveText(TIME);

  const answer = unique("Good morning. Yes, up to 400 mg.\nPlease bring the last report along.");
  await chen.send(answer);
  const answered = amira.message(answer);
  await expect(answered).toContainText("Dr. Wei Chen");
  await expect(answered).toContainText("Specialist");
  await expect(answered.locator("time")).toHaveText(TIME);

  for (const one of [amira, chen]) {
    await expect(one.message(question)).toHaveCount(1);
    await expect(one.message(answer)).toHaveCount(1);
    await one.screenshot(`conversation-${one.id}`);
  }
});

test("the link of an email leads to the case's chat through the sign-in, and the address leads to its overview", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn(`#/cases/${CASE}/chat`);
  await expect(amira.composer).toBeVisible();
  await amira.page.getByRole("tab", { name: "Overview" }).click();
  await expect(amira.page).toHaveURL(new RegExp(`#/cases/${CASE}/overview$`));
  await expect(amira.page.getByRole("tabpanel")).toContainText("Dr. Wei Chen");
  await amira.page.reload();
  await expect(amira.page.getByRole("tabpanel")).toContainText("Case reference");
});

test("signing out leaves nothing of the case on the page or in the browser's storage", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn(`#/cases/${CASE}/chat`);
  await expect(amira.composer).toBeVisible();
  expect(await amira.page.evaluate(() => localStorage.length)).toBe(0);
  await amira.page.getByRole("button", { name: "Sign out" }).click();
  await expect(amira.page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expect(amira.page.getByText("Dr. Wei Chen")).toHaveCount(0);
  // Meanwhile the page goes to the issuer and back.
  await expect(async () => {
    expect(await amira.page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  }).toPass();
});
