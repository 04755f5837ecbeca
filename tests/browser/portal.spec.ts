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

/** What stands on the page that its author did not put there. */
async function unscoped(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const foreign = [...document.body.children].filter(({ localName, id }) => !["header", "main", "div"].includes(localName) && id === "");
    return [...foreign.map(({ localName }) => localName), ...document.adoptedStyleSheets.map(() => "stylesheet")];
  });
}
