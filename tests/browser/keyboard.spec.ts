/** The whole job without a mouse, and where the focus is meanwhile. */

import type { Page } from "@playwright/test";
import { openCase } from "./cases.ts";
import { expect, test, unique } from "./people.ts";
import { endpoints } from "./setting.ts";

/** What has the focus, inside of all elements, by what it is called. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (element === document.body) return "";
    const label = element?.getAttribute("aria-label") ?? (element as HTMLInputElement | null)?.labels?.[0]?.textContent ?? element?.textContent ?? "";
    return label.replaceAll(/[\u2068\u2069]/g, "").replaceAll(/\s+/g, " ").trim();
  });
}

/** Goes on with Tab until something of that name has the focus, which has to be seen. */
async function tabTo(page: Page, name: RegExp, key = "Tab"): Promise<void> {
  for (let steps = 0; steps < 60; steps++) {
    if (name.test(await focused(page))) return expectRing(page);
    await page.keyboard.press(key);
  }
  throw new Error(`no ${name} was reached with ${key}`);
}

async function expectRing(page: Page): Promise<void> {
  const shadow = await page.evaluate(() => {
    let element = document.activeElement!;
    while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const { boxShadow, outlineStyle, outlineColor } = getComputedStyle(element);
    return `${boxShadow} ${outlineStyle === "none" ? "" : outlineColor}`;
  });
  expect(shadow).not.toMatch(/^none\s*(rgba\(0, 0, 0, 0\))?$/);
}

test("signs in, chooses a case, reads, writes, searches, prints, changes a setting and signs out by keys alone", async ({ person }) => {
  const it = await openCase();
  const chen = await person("chen");
  await chen.signIn(it.chat);
  const question = unique("How is the appetite?");
  await chen.send(question);

  const { page } = await person("amira");
  await page.goto(endpoints().web);
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await tabTo(page, /^Sign in$/);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /Amira Haddad/ }).waitFor();
  await tabTo(page, /Amira Haddad/);
  await page.keyboard.press("Enter");

  await page.getByRole("link", { name: new RegExp(it.reference) }).waitFor();
  await tabTo(page, new RegExp(it.reference));
  await page.keyboard.press("Enter");
  await expect.poll(() => focused(page)).toMatch(/Dr\. Wei Chen/);
  await expect(page.getByRole("article").filter({ hasText: question })).toBeVisible();

  await tabTo(page, /^Message to Dr\. Wei Chen$/);
  const answer = unique("Much better");
  await page.keyboard.type(answer);
  await page.keyboard.press("Enter");
  await expect(chen.message(answer)).toBeVisible();
  await expect.poll(() => focused(page)).toMatch(/^Message to/);

  await page.keyboard.press("Control+f");
  await expect.poll(() => focused(page)).toBe("Search this conversation");
  await page.keyboard.type("appetite");
  await expect(page.getByText("1 of 1")).toBeVisible();
  await expect(page.locator("mark")).toHaveText("appetite");
  await page.keyboard.press("Escape");
  await expect.poll(() => focused(page)).toMatch(/^Message to/);
  await expect(page.locator("mark")).toHaveCount(0);

  await page.keyboard.press("Control+p");
  await expect(page.getByRole("heading", { name: new RegExp(it.reference) })).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: question })).toBeVisible();
  await tabTo(page, /^Back to the conversation$/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article").filter({ hasText: answer })).toBeVisible();

  await tabTo(page, /^Chat$/);
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByText("Case reference")).toBeVisible();
  await expect.poll(() => focused(page)).toBe("Overview");

  await tabTo(page, /^Settings$/, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect.poll(() => focused(page)).toBe("Settings");
  await tabTo(page, /^Enter sends/);
  await page.keyboard.press("Space");
  await tabTo(page, /^Language/, "Shift+Tab");
  await page.keyboard.type("Esp");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Ajustes" })).toBeVisible();
  await expect(page.getByRole("checkbox", { name: /Intro/ })).not.toBeChecked();

  await page.reload();
  await expect(page.getByRole("heading", { name: "Ajustes" })).toBeVisible();
  await tabTo(page, /^Cerrar sesión$/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Iniciar sesión" })).toBeVisible();
});

test("Enter breaks the line for whoever wants that, and Ctrl and Enter send", async ({ person }) => {
  const it = await openCase();
  const amira = await person("amira");
  await amira.page.addInitScript(() => localStorage.setItem("case-chat.enter", "breaks"));
  await amira.signIn(it.chat);
  const [first, second] = [unique("first"), "second"];
  await amira.composer.fill(first);
  await amira.composer.press("Enter");
  await amira.composer.pressSequentially(second);
  await expect(amira.composer).toHaveValue(`${first}\n${second}`);
  await amira.composer.press("Control+Enter");
  await expect(amira.message(first)).toContainText(second);
  await expect(amira.composer).toHaveValue("");
});
