/** The whole of the server goes away in the middle of a conversation, and comes back. */

import { Cloud } from "./cloud.ts";
import { expect, test, unique, type Person } from "./people.ts";

const CHAT = "#/cases/mso-2026-0001/chat";
/** A browser that finds nobody waits longer from try to try. */
const PATIENT = { timeout: 60_000 };

const thread = (one: Person) => one.page.getByRole("article").locator(".body").allInnerTexts();

test("a server that is killed and started again leaves both with the same thread, and nothing lost", async ({ person }) => {
  test.setTimeout(240_000);
  const cloud = await Cloud.start();
  try {
    const { web } = cloud.endpoints;
    const [amira, chen] = [await person("amira", { web }), await person("chen", { web })];
    for (const one of [amira, chen]) {
      await one.signIn(CHAT);
      await expect(one.composer).toBeVisible();
    }
    const said = [unique("Before it went away"), unique("I wrote this meanwhile"), unique("And I wrote this"), unique("Back again")];
    await amira.send(said[0]!);
    await expect(chen.message(said[0]!)).toBeVisible();

    await cloud.kill();
    await amira.send(said[1]!);
    await chen.send(said[2]!);
    for (const [one, text] of [[amira, said[1]!], [chen, said[2]!]] as const) {
      await expect(one.message(text)).toContainText("Not sent yet");
      await expect(one.page.getByText("No connection just now")).toBeVisible(PATIENT);
    }

    expect(await cloud.start()).toBe(true);
    for (const one of [amira, chen]) {
      for (const text of said.slice(0, 3)) await expect(one.message(text).locator("time")).toBeVisible(PATIENT);
      await expect(one.page.getByText("No connection just now")).toHaveCount(0, PATIENT);
    }
    await chen.send(said[3]!);
    await expect(amira.message(said[3]!).locator("time")).toBeVisible(PATIENT);
    await expect.poll(() => thread(amira)).toHaveLength(4);
    await expect.poll(() => thread(chen)).toEqual(await thread(amira));
    const shown = await thread(amira);
    await amira.page.reload();
    await expect.poll(() => thread(amira)).toEqual(shown);
    expect([...shown].sort()).toEqual([...said].sort());
  } finally {
    await cloud.end();
  }
});
