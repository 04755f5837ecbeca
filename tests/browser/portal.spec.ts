/** The elements in other portals than ours: one in plain HTML, one in React, with a session of their own. */

import type { Page } from "@playwright/test";
import { openCase } from "./cases.ts";
import { expect, test, unique } from "./people.ts";
import { endpoints } from "./setting.ts";

const EXAMPLES = { "plain HTML": "plain/index.html", React: "react/dist/index.html" };

for (const [kind, path] of Object.entries(EXAMPLES)) {
  test(`the chat works in a portal in ${kind}`, async ({ person }) => {
    const it = await openCase();
    const chen = await person("chen");
    await chen.signIn(it.chat);

    const { page } = await person("amira");
    await page.goto(`${endpoints().web}/package/examples/${path}`);
    const row = page.getByRole("button", { name: new RegExp(it.reference) });
    await row.click();
    await expect(row).toHaveAttribute("aria-current", "page");
    const composer = page.getByRole("textbox", { name: /Message to.*Dr. Wei Chen/ });

    const question = unique("Is it safe to fly?");
    await composer.fill(question);
    await composer.press("Enter");
    await expect(chen.message(question)).toBeVisible();

    const answer = unique("Yes, from next week on.");
    await chen.send(answer);
    await expect(page.getByRole("article").filter({ hasText: answer })).toContainText("Dr. Wei Chen");

    await page.getByRole("combobox").selectOption("chen");
    await expect(page.getByRole("heading", { name: "Text a Requester" })).toBeVisible();
    await expect(page.getByRole("article")).toHaveCount(0);
    await page.getByRole("button", { name: new RegExp(it.reference) }).click();
    await expect(page.getByRole("article").filter({ hasText: question })).toContainText("Amira Haddad");
  });

  test(`the chat takes a portal's colours and leaves its page alone, in ${kind}`, async ({ person }) => {
    const { page } = await person("amira", { colorScheme: "dark" });
    await page.goto(`${endpoints().web}/package/examples/${path}`);
    await page.getByRole("button", { name: /Dr\. Wei Chen/ }).first().click();
    const send = page.getByRole("button", { name: "Send" });
    await expect(send).toHaveCSS("background-color", "rgb(185, 163, 240)");
    await expect(page.locator("strong")).toHaveCSS("font-family", /Georgia/);
    await expect(page.locator("style, link[rel=stylesheet]")).toHaveCount(1);
    expect(await unscoped(page)).toEqual([]);
    await page.screenshot({ path: `test-results/portal-${kind.split(" ")[0]}.png` });
  });
}

test("in a portal, each case is read from where one begins in it, and nothing counts as read that nobody saw", async ({ person }) => {
  const [first, second] = [await openCase(), await openCase()];
  const chen = await person("chen");
  await chen.signIn();
  for (const it of [first, second]) {
    await chen.open(it.reference);
    for (let part = 1; part <= 6; part++) await chen.send(`Part ${part} of ${it.reference}.${"\n.".repeat(12)}`);
    await expect(chen.message("Part 6 of").locator("time")).toBeVisible();
  }
  const { page } = await person("amira", { viewport: { width: 1280, height: 600 } });
  await page.goto(`${endpoints().web}/package/examples/${EXAMPLES["plain HTML"]}`);
  const row = (reference: string) => page.getByRole("button", { name: new RegExp(reference) });
  for (const it of [first, second]) {
    await row(it.reference).click();
    const part = (number: number) => page.getByRole("article").filter({ hasText: `Part ${number} of ${it.reference}.` });
    await expect(part(1)).toBeInViewport();
    await expect(page.getByRole("button", { name: "Go to the newest" })).toBeVisible();
    await expect(row(it.reference)).toContainText("6 unread messages");
  }
  await page.getByRole("button", { name: "Go to the newest" }).click();
  await expect(row(second.reference)).not.toContainText("unread");
  await row(first.reference).click();
  await expect(page.getByRole("article").filter({ hasText: `Part 1 of ${first.reference}.` })).toBeInViewport();
});

/** What stands on the page that its author did not put there. */
async function unscoped(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const foreign = [...document.body.children].filter(({ localName, id }) => !["header", "main", "div"].includes(localName) && id === "");
    return [...foreign.map(({ localName }) => localName), ...document.adoptedStyleSheets.map(() => "stylesheet")];
  });
}
