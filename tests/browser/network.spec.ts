import { expect, test, unique } from "./people.ts";

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
