/** What somebody wants to be told while they are away: chosen in the settings, kept by the server, the same on every device. */

import type { Route } from "@playwright/test";
import { openCase, type Case } from "./cases.ts";
import { expect, test, unique, type Person, type PersonId } from "./people.ts";
import { endpoints } from "./setting.ts";

const SETTINGS = "#/preferences";
/** Nobody else's tests have to do with his choices. */
const WHO: PersonId = "lucas";

const FULL = "Who wrote and the beginning of the message";
const SENDER = "Who wrote";
const GENERIC = "Only that there is a new message";
const OFF = "No mail";

/** As it is for somebody who has never chosen anything. */
async function reset(): Promise<void> {
  const { http, issuer } = endpoints();
  const grant = new URLSearchParams({ grant_type: "password", username: WHO });
  const { access_token } = (await (await fetch(`${issuer}/oauth2/token`, { method: "POST", body: grant })).json()) as { access_token: string };
  const answer = await fetch(`${http}/preferences`, {
    method: "PUT",
    headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
    body: JSON.stringify({ email: "full", mutedCases: [] }),
  });
  expect(answer.status).toBe(200);
}

test.beforeEach(reset);
test.afterAll(reset);

const level = ({ page }: Person, name: string) => page.getByRole("radio", { name, exact: true });
const mute = ({ page }: Person, { reference }: Case) => page.getByRole("checkbox", { name: reference });
const heading = ({ page }: Person) => page.getByRole("heading", { name: "Settings" });
const problem = ({ page }: Person) => page.getByRole("alert").filter({ hasText: /saved/ });
const expectSaved = ({ page }: Person) => expect(page.getByRole("status").filter({ hasText: /^Saved$/ })).toBeVisible();

/** Changes how this page's requests of that method about its preferences go. */
function meddle({ page }: Person, method: "GET" | "PUT", act: (route: Route) => Promise<void>): Promise<unknown> {
  return page.route(
    ({ pathname }) => pathname === "/preferences",
    (route) => (route.request().method() === method ? act(route) : route.fallback()),
  );
}

/** Has the server say something else of this person than it knows. */
function tell(one: Person, change: object): Promise<unknown> {
  return meddle(one, "GET", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...((await response.json()) as object), ...change } });
  });
}

test("what a mail may say is kept, through a reload and on another device", async ({ person }) => {
  const [phone, desk] = [await person(WHO), await person(WHO)];
  await phone.signIn();
  await desk.signIn();
  await phone.page.getByRole("link", { name: "Settings", exact: true }).click();
  await expect(phone.page).toHaveTitle(/^(\(\d+\) )?Settings · Case chat$/);
  await expect(level(phone, FULL)).toBeChecked();
  await level(phone, GENERIC).check();
  await expectSaved(phone);
  await phone.page.reload();
  await expect(level(phone, GENERIC)).toBeChecked();
  await expect(level(phone, FULL)).not.toBeChecked();
  await desk.go(SETTINGS);
  await expect(level(desk, GENERIC)).toBeChecked();
});

test("a case without mail stays one, on every device and when it closes, until somebody wants mail again", async ({ person }) => {
  const [it, other] = [await openCase({ requester: WHO }), await openCase({ requester: WHO, provider: "okafor" })];
  const [phone, desk] = [await person(WHO), await person(WHO)];
  await phone.signIn(SETTINGS);
  await expect(phone.page.getByRole("group", { name: "Cases without mail" })).toContainText("Dr. Ngozi Okafor");
  await expect(mute(phone, it)).not.toBeChecked();
  await mute(phone, it).check();
  await expectSaved(phone);
  await desk.signIn(SETTINGS);
  await expect(mute(desk, it)).toBeChecked();
  await expect(mute(desk, other)).not.toBeChecked();

  for (const closing of [it, other]) await closing.change({ status: "closed" });
  await expect(mute(desk, other)).toHaveCount(0);
  await mute(desk, it).uncheck();
  await expectSaved(desk);
  await expect(mute(desk, it), "stays under the hand").toBeVisible();
  await desk.page.reload();
  await expect(level(desk, FULL)).toBeChecked();
  await expect(mute(desk, it)).toHaveCount(0);
});

test("of choices that come quickly one after the other, the last one stays, and none is lost", async ({ person }) => {
  const it = await openCase({ requester: WHO });
  const lucas = await person(WHO);
  const sent: unknown[] = [];
  let letThrough = () => {};
  const asked = new Promise<void>((resolve) => (letThrough = resolve));
  await meddle(lucas, "PUT", async (route) => {
    sent.push(route.request().postDataJSON());
    await asked;
    await route.fallback();
  });
  await lucas.signIn(SETTINGS);
  await expect(mute(lucas, it)).toBeVisible();
  for (const name of [SENDER, OFF, GENERIC]) await level(lucas, name).check();
  await mute(lucas, it).check();
  await expect(lucas.page.getByRole("status").filter({ hasText: "Saving…" })).toBeVisible();
  letThrough();
  await expectSaved(lucas);
  expect(sent).toEqual([
    { email: "sender", mutedCases: [] },
    { email: "generic", mutedCases: [it.id] },
  ]);
  await lucas.page.reload();
  await expect(level(lucas, GENERIC)).toBeChecked();
  await expect(mute(lucas, it)).toBeChecked();
});

test("what the server will not have is taken back and said; what does not get there is sent again", async ({ person }) => {
  const lucas = await person(WHO);
  await meddle(lucas, "PUT", (route) =>
    route.fulfill({
      status: 400,
      headers: { "access-control-allow-origin": "*" },
      json: { status: 400, title: "", detail: "", code: "invalid_request" },
    }),
  );
  await lucas.signIn(SETTINGS);
  await level(lucas, OFF).click();
  await expect(problem(lucas)).toContainText("what you had chosen before still counts");
  await expect(level(lucas, FULL)).toBeChecked();

  await lucas.page.unrouteAll({ behavior: "ignoreErrors" });
  await meddle(lucas, "PUT", (route) => route.abort());
  await level(lucas, OFF).check();
  await expect(problem(lucas)).toContainText("Not saved yet. Please check your internet connection.");
  await expect(level(lucas, OFF)).toBeChecked();
  await lucas.screenshot("preferences-unsaved");
  await lucas.page.unrouteAll({ behavior: "ignoreErrors" });
  await expectSaved(lucas);
  await expect(problem(lucas)).toHaveCount(0);
});

test("settings that cannot be read say so, and can be asked for again", async ({ person }) => {
  const lucas = await person(WHO);
  await meddle(lucas, "GET", (route) => route.fulfill({ status: 404, headers: { "access-control-allow-origin": "*" }, json: { message: "Not Found" } }));
  await lucas.signIn(SETTINGS);
  await expect(lucas.page.getByRole("alert").filter({ hasText: "Something went wrong on our side" })).toBeVisible();
  await expect(level(lucas, FULL)).toHaveCount(0);
  await lucas.page.unrouteAll({ behavior: "ignoreErrors" });
  await lucas.page.getByRole("button", { name: "Try again" }).click();
  await expect(level(lucas, FULL)).toBeChecked();
});

test("what the clinic does not allow is shown, and cannot be chosen", async ({ person }) => {
  const lucas = await person(WHO);
  await tell(lucas, { emailCeiling: "sender" });
  await lucas.signIn(SETTINGS);
  await expect(lucas.page.getByText("The clinic does not allow mails to say more.")).toBeVisible();
  await expect(level(lucas, FULL)).toBeDisabled();
  for (const name of [SENDER, GENERIC, OFF]) await expect(level(lucas, name)).toBeEnabled();
  await expect(level(lucas, SENDER), "as much as there is").toBeChecked();
  await lucas.screenshot("preferences-ceiling");
});

for (const [mail, words] of [
  ["bounced", "Mail to your address does not arrive. Please tell the clinic your current address."],
  ["complained", "You marked one of our mails as unwanted, so we send no more to this address."],
] as const) {
  test(`somebody whose mail has ${mail} is told in the list, and in the settings`, async ({ person }) => {
    const lucas = await person(WHO);
    await tell(lucas, { mail });
    await lucas.signIn();
    const alert = lucas.page.getByRole("alert").filter({ hasText: words });
    await expect(alert).toHaveCount(1);
    await lucas.screenshot(`mail-${mail}`);
    await alert.getByRole("link", { name: "Open the settings" }).click();
    await expect(heading(lucas)).toBeFocused();
    await expect(lucas.page.locator(".page").getByRole("alert").filter({ hasText: words })).toBeVisible();
    await expect(alert).toHaveCount(1);
  });
}

test("all of it can be done with the keyboard alone", async ({ person }) => {
  const it = await openCase({ requester: WHO });
  const lucas = await person(WHO);
  const { keyboard } = lucas.page;
  await lucas.signIn();
  await expect(lucas.row(it.reference)).toBeVisible();
  await lucas.page.getByRole("link", { name: "Settings", exact: true }).focus();
  await keyboard.press("Enter");
  await expect(heading(lucas)).toBeFocused();
  await expect(level(lucas, FULL)).toBeChecked();
  await keyboard.press("Tab");
  await expect(level(lucas, FULL)).toBeFocused();
  await keyboard.press("ArrowDown");
  await expect(level(lucas, SENDER)).toBeChecked();
  await keyboard.press("Tab");
  await expect(lucas.page.locator(".page").getByRole("button", { name: "Turn on notices" })).toBeFocused();
  await keyboard.press("Tab");
  await expect(mute(lucas, it), "the newest case is the first").toBeFocused();
  await keyboard.press("Space");
  await expect(mute(lucas, it)).toBeChecked();
  await expectSaved(lucas);
  await lucas.page.goBack();
  await expect(lucas.page.getByRole("link", { name: "Settings", exact: true })).toBeFocused();
  await lucas.page.goForward();
  await expect(level(lucas, SENDER)).toBeChecked();
  await expect(mute(lucas, it)).toBeChecked();
});

test("the settings stand beside the list on a desk, and alone on a phone, with a way there and back", async ({ person }) => {
  const it = await openCase({ requester: WHO });
  const desk = await person(WHO);
  await desk.signIn(SETTINGS);
  await expect(mute(desk, it)).toBeVisible();
  await expect(desk.row(it.reference)).toBeVisible();
  await level(desk, SENDER).check();
  await expectSaved(desk);
  await desk.screenshot("preferences-desk");

  const phone = await person(WHO, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark" });
  await phone.signIn(it.chat);
  await expect(phone.composer).toBeVisible();
  await phone.page.getByRole("link", { name: "Settings", exact: true }).click();
  await expect(level(phone, SENDER)).toBeChecked();
  await expect(phone.page.getByRole("navigation")).toBeHidden();
  await phone.screenshot("preferences-phone-dark");
  await phone.page.getByRole("link", { name: "All cases" }).click();
  await expect(phone.row(it.reference)).toBeVisible();
  await expect(phone.page.locator(".page")).toBeHidden();
});

test("nothing in the settings is wider than the narrowest screen, and what is to be touched is large enough", async ({ person }) => {
  const it = await openCase({ requester: WHO });
  const lucas = await person(WHO, { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });
  await tell(lucas, { mail: "bounced", emailCeiling: "generic" });
  await lucas.signIn();
  await expect(lucas.row(it.reference)).toBeVisible();
  const link = await lucas.page.getByRole("link", { name: "Settings", exact: true }).boundingBox();
  expect(Math.min(link!.width, link!.height)).toBeGreaterThanOrEqual(44);
  expect(await lucas.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  await lucas.screenshot("preferences-list-narrow");
  await lucas.page.getByRole("link", { name: "Settings", exact: true }).tap();
  await mute(lucas, it).tap();
  await expectSaved(lucas);
  expect(await lucas.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  const isWider = (scroller: Element) => scroller.scrollWidth > scroller.clientWidth;
  expect(await lucas.page.locator("preferences-page .scroller").evaluate(isWider)).toBe(false);
  await lucas.screenshot("preferences-narrow");
  await lucas.page.getByRole("button", { name: "Sign out" }).click();
  await expect(lucas.page.getByRole("button", { name: "Sign in" })).toBeVisible();
});

test("a notice says as much as a mail may, whichever device that was chosen on; without mail, and of a muted case, there still is one", async ({ person }) => {
  const it = await openCase({ requester: WHO });
  const [lucas, phone, chen] = [await person(WHO, { permissions: ["notifications"] }), await person(WHO), await person("chen")];
  await lucas.page.addInitScript(() => {
    const shown: string[] = Object.assign(window, { shown: [] }).shown;
    ServiceWorkerRegistration.prototype.showNotification = async (title, options) => void shown.push(`${title}: ${options?.body}`);
  });
  const shown = () => lucas.page.evaluate(() => (window as unknown as { shown: string[] }).shown);
  await lucas.signIn();
  await phone.signIn(SETTINGS);
  await chen.signIn(it.chat);
  await expect(lucas.row(it.reference)).toBeVisible();
  await expect(chen.composer).toBeVisible();
  await lucas.turnAway();
  const told: string[] = [];
  const expectNotice = async (notice: string) => {
    told.push(notice);
    await expect.poll(shown).toEqual(told);
  };
  const text = unique("For your eyes only");
  await chen.send(text);
  await expectNotice(`Dr. Wei Chen, Specialist: ${text}`);
  await mute(phone, it).check();
  await level(phone, SENDER).check();
  await expectSaved(phone);
  await chen.send(unique("And this"));
  await expectNotice("Dr. Wei Chen, Specialist: Sent you a message");
  await level(phone, OFF).check();
  await expectSaved(phone);
  await chen.send(unique("And that"));
  await expectNotice("Case chat: You have a new message");
});

test("notices can be turned on in the settings, also by who dismissed the offer; a no is taken for one", async ({ person }) => {
  const lucas = await person(WHO);
  await lucas.page.addInitScript(() => {
    const asked = Object.assign(window, { asked: 0 });
    Object.defineProperty(Notification, "permission", { configurable: true, get: () => (asked.asked > 0 ? "denied" : "default") });
    Notification.requestPermission = async () => {
      asked.asked++;
      return "denied";
    };
  });
  await lucas.signIn();
  await lucas.page.getByRole("navigation").getByRole("button", { name: "Close" }).click();
  await lucas.go(SETTINGS);
  const turnOn = lucas.page.getByRole("button", { name: "Turn on notices" });
  await expect(lucas.page.getByText("Notices are off in this browser.")).toBeVisible();
  await turnOn.click();
  const blocked = lucas.page.getByText("Notices are blocked in your browser. You can allow them");
  await expect(blocked).toBeFocused();
  await expect(turnOn).toHaveCount(0);
  await lucas.page.goBack();
  await expect(lucas.page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(blocked).toHaveCount(0);
});

test("a browser that shows notices says so in the settings", async ({ person }) => {
  const lucas = await person(WHO, { permissions: ["notifications"] });
  await lucas.signIn(SETTINGS);
  await expect(lucas.page.getByText("Notices are on in this browser.")).toBeVisible();
  await expect(lucas.page.getByRole("button", { name: "Turn on notices" })).toHaveCount(0);
});
