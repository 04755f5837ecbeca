/** The case changes while someone writes. The change is made up on the way to this page, so that the case stays as it is. */

import type { Page } from "@playwright/test";
import { apart, expect, test } from "./people.ts";
import { seal, type Sealed } from "./seal.ts";

const CASE = "mso-2026-0001";

interface Change {
  kind: string;
  [name: string]: unknown;
}

/** Lets the page's next look find one more record. Gives the function that makes it so. */
async function changeable(page: Page): Promise<(change: Change) => Promise<void>> {
  let last: Sealed = { seq: -1, hash: "" };
  let change: Change | null = null;
  let isChanged = false;
  await page.route(`**/cases/${CASE}/messages*`, async (route) => {
    if (route.request().method() !== "GET") return route.fallback();
    if (isChanged) return route.abort();
    const response = await route.fetch();
    const found = (await response.json()) as { records: Sealed[] };
    last = found.records.at(-1) ?? last;
    if (change !== null) {
      isChanged = true;
      found.records.push(seal({ ...last, ...change }, last));
    }
    await route.fulfill({ response, json: found });
  });
  return async (next) => {
    change = next;
    await page.evaluate(() => dispatchEvent(new Event("focus")));
  };
}

test("when the case closes, what one was writing stays to be copied", async ({ person }) => {
  const amira = await person("amira");
  const changeTo = await changeable(amira.page);
  await amira.signIn(`#/cases/${CASE}/chat`);
  await amira.composer.fill("Just one more question");
  await changeTo({ kind: "caseClosed", status: "closed" });
  const unsent = amira.page.getByRole("textbox", { name: "What you had written was not sent" });
  await expect(unsent).toHaveValue("Just one more question");
  await expect(unsent).toBeFocused();
  await expect(amira.page.getByText("This case is closed")).toBeVisible();
  await amira.screenshot("closed-draft");
  await amira.page.getByRole("button", { name: "Discard" }).click();
  await expect(unsent).toHaveCount(0);
});

test("when the other person changes, the field says to whom one writes now", async ({ person }) => {
  const amira = await person("amira");
  const changeTo = await changeable(amira.page);
  await amira.signIn(`#/cases/${CASE}/chat`);
  await amira.composer.fill("Dear Dr. Chen");
  const [from, to] = [{ userId: "chen", name: "Dr. Wei Chen" }, { userId: "okafor", name: "Dr. Ngozi Okafor" }];
  const participants = { requester: { userId: "amira", name: "Amira Haddad" }, provider: to };
  await changeTo({ kind: "participantReassigned", participants, change: { role: "provider", from, to } });
  await expect(amira.page.getByRole("textbox", { name: `Message to ${apart("Dr. Ngozi Okafor")}` })).toHaveValue("Dear Dr. Chen");
  await expect(amira.page.getByText("The specialist of this case has changed.")).toBeVisible();
  await amira.screenshot("changed-peer");
});

test("a failed message is calm, keeps name and role, and gives the focus back when it is removed", async ({ person }) => {
  const amira = await person("amira", { viewport: { width: 390, height: 844 } });
  await amira.page.route("**/messages", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({
          status: 409,
          headers: { "access-control-allow-origin": "*" },
          json: { status: 409, title: "", detail: "", code: "case_closed" },
        })
      : route.fallback(),
  );
  await amira.signIn(`#/cases/${CASE}/chat`);
  for (const text of ["First too late", "Second too late"]) await amira.send(text);
  const failed = amira.message("Second too late");
  await expect(failed).toContainText("The case was closed before this could be sent");
  for (const said of ["Amira Haddad", "Requester"]) await expect(failed).toContainText(said);
  await expect(failed.getByRole("button", { name: "Try again" })).toHaveCount(0);
  await expect(amira.page.getByRole("alert").filter({ hasText: /./ })).toHaveCount(1);
  await amira.screenshot("failed");
  for (const text of ["First too late", "Second too late"]) await amira.message(text).getByRole("button", { name: "Remove" }).click();
  await expect(amira.composer).toBeFocused();
});
