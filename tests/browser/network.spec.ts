import { openCase } from "./cases.ts";
import { expect, test, unique, type Person } from "./people.ts";
import { endpoints } from "./setting.ts";

const CASE = "mso-2026-0001";

test("a message written offline waits, and goes through exactly once when the network is back", async ({ person }) => {
  const [amira, chen] = [await person("amira"), await person("chen")];
  await amira.signIn(`#/cases/${CASE}/chat`);
  await chen.signIn(`#/cases/${CASE}/chat`);
  await expect(amira.composer).toBeVisible();
  await expect(chen.composer).toBeVisible();

  await amira.page.context().setOffline(true);
  const text = unique("Written in a tunnel");
  await amira.send(text);
  await expect(amira.message(text)).toContainText("Not sent yet");
  await expect(amira.page.getByText("No connection just now")).toBeVisible();
  await amira.screenshot("offline");
  const meanwhile = unique("Written while she was away");
  await chen.send(meanwhile);

  await amira.page.context().setOffline(false);
  await expect(amira.message(text).locator("time")).toBeVisible();
  await expect(amira.message(meanwhile)).toHaveCount(1);
  await expect(chen.message(text)).toHaveCount(1);
  await amira.page.reload();
  await expect(amira.message(text)).toHaveCount(1);
});

test("a message whose answer is lost is sent again and stored once", async ({ person }) => {
  const amira = await person("amira");
  await amira.signIn(`#/cases/${CASE}/chat`);
  await expect(amira.composer).toBeVisible();
  let lost = 0;
  await amira.page.route(`**/cases/${CASE}/messages`, async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.fallback();
    lost++;
    await route.fetch();
    await route.abort("connectionreset");
  });
  const text = unique("Sent twice, stored once");
  await amira.send(text);
  await expect(amira.message(text).locator("time")).toBeVisible();
  await amira.page.reload();
  await expect(amira.message(text)).toHaveCount(1);
  expect(lost).toBe(1);
});

test("a message that waits survives a reload without a network, and is sent by itself when there is one", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = [await person("amira"), await person("chen")];
  await amira.signIn(it.chat);
  await chen.signIn(it.chat);
  await expect(amira.composer).toBeVisible();
  await expect(chen.composer).toBeVisible();
  // The page itself comes from elsewhere: it can be loaded when the chat cannot be reached.
  const { http, websocket } = endpoints();
  const cut = `${http}/**`;
  await amira.page.route(cut, (route) => route.abort());
  await amira.page.routeWebSocket(websocket, (socket) => void socket.close());
  const text = unique("Written before the page went away");
  await amira.send(text);
  await expect(amira.message(text)).toContainText("Not sent yet");
  await amira.page.reload();
  await expect(amira.page.getByText("No connection just now")).toBeVisible();
  await expect(chen.message(text)).toHaveCount(0);

  await amira.page.unroute(cut);
  await expect(chen.message(text)).toHaveCount(1, { timeout: 60_000 });
  await expect(amira.message(text).locator("time")).toBeVisible();
  await expect(amira.message(text)).toHaveCount(1);
});

test("a connection that is cut and comes back leaves both with the same thread", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = [await person("amira"), await person("chen")];
  await amira.signIn(it.chat);
  await chen.signIn(it.chat);
  await expect(amira.composer).toBeVisible();
  await expect(chen.composer).toBeVisible();
  const thread = (one: Person) => one.page.getByRole("article").locator(".body").allInnerTexts();
  const said: string[] = [];
  for (const [one, other] of [[amira, chen], [chen, amira], [amira, chen]] as const) {
    await one.page.context().setOffline(true);
    said.push(unique("From the one who is away"), unique("From the other"));
    await one.send(said.at(-2)!);
    await other.send(said.at(-1)!);
    await expect(one.message(said.at(-2)!)).toContainText("Not sent yet");
    await expect(other.message(said.at(-1)!).locator("time")).toBeVisible();
    await one.page.context().setOffline(false);
    for (const text of said) for (const each of [one, other]) await expect(each.message(text).locator("time")).toBeVisible();
  }
  await expect.poll(() => thread(amira)).toHaveLength(said.length);
  expect(await thread(chen)).toEqual(await thread(amira));
});
