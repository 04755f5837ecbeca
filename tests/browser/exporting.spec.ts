/** A copy of the conversation to keep: a file with a signature, or a page to print. */

import { readFileSync } from "node:fs";
import { openCase } from "./cases.ts";
import { expect, test, unique } from "./people.ts";

test("all of a conversation is downloaded, signed", async ({ person }) => {
  const it = await openCase();
  const amira = await person("amira");
  await amira.signIn(it.chat);
  const text = unique("For my records");
  await amira.send(text);
  await expect(amira.message(text).locator("time")).toBeVisible();
  await amira.page.getByRole("tab", { name: "Overview" }).click();

  for (const [name, format] of [["Download a signed transcript", "case-chat-transcript/1"], ["Download for another system (FHIR)", "Bundle"]] as const) {
    const download = amira.page.waitForEvent("download");
    await amira.page.getByRole("button", { name }).click();
    const file = await (await download).path();
    await expect(amira.page.getByText("The download has begun.")).toBeVisible();
    const content = readFileSync(file, "utf8");
    const { format: kind, resourceType } = JSON.parse(content) as { format?: string; resourceType?: string };
    expect(kind ?? resourceType).toBe(format);
    expect(content).toContain(text);
  }
});

test("a copy that cannot be made is explained", async ({ person }) => {
  const it = await openCase();
  const amira = await person("amira");
  await amira.signIn(it.chat.replace("chat", "overview"));
  const button = amira.page.getByRole("button", { name: "Download a signed transcript" });
  for (const [status, code, words] of [
    [409, "thread_altered", "this conversation is not what it was"],
    [429, "too_many_requests", "wait a while"],
    [422, "export_too_large", "too long to be put into one file"],
    [500, "internal", "try again in a moment"],
  ] as const) {
    await amira.page.route("**/export", (route) =>
      route.request().method() === "OPTIONS"
        ? route.fallback()
        : route.fulfill({ status, headers: { "access-control-allow-origin": "*" }, json: { status, code, title: "", detail: "" } }),
    );
    await button.click();
    await expect(amira.page.getByRole("status").filter({ hasText: words })).toBeVisible();
    await amira.page.unroute("**/export");
  }
});

test("the page to print has all of a long conversation, and nothing to click on paper", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = [await person("amira"), await person("chen")];
  await amira.signIn(it.chat);
  const texts = Array.from({ length: 55 }, (_, index) => `Message number ${index}.`);
  await amira.composer.waitFor();
  for (const text of texts) await amira.send(text);
  await expect(amira.message(texts.at(-1)!).locator("time")).toBeVisible();

  await chen.signIn(it.chat.replace(/chat$/, "print"));
  await expect(chen.page.getByRole("heading", { name: new RegExp(it.reference) })).toBeVisible();
  await expect(chen.page.getByRole("listitem")).toHaveCount(56);
  for (const text of [texts[0]!, texts[30]!, texts[54]!]) await expect(chen.page.getByText(text)).toHaveCount(1);
  await chen.page.emulateMedia({ media: "print" });
  await expect(chen.page.getByRole("button", { name: "Print" })).toBeHidden();
  await expect(chen.page.getByRole("link")).toHaveCount(0);
  const pdf = await chen.page.pdf({ format: "A4" });
  expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)!.length).toBeGreaterThan(2);
});
