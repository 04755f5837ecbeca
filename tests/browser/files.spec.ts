/** Files that came with messages: what they are, and the way to them. */

import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { openCase } from "./cases.ts";
import { apart, expect, test, type PersonId } from "./people.ts";
import { endpoints } from "./setting.ts";

const PDF = Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n");
/** A red dot. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

async function token(username: PersonId): Promise<string> {
  const body = new URLSearchParams({ grant_type: "password", username });
  const answer = await fetch(`${endpoints().issuer}/oauth2/token`, { method: "POST", body });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Sends a message that is nothing but a file, as another client would. */
async function sendFile(from: PersonId, caseId: string, after: number, name: string, contentType: string, content: Buffer): Promise<void> {
  const authorization = `Bearer ${await token(from)}`;
  const call = async (method: string, path: string, body?: object) => {
    const url = `${endpoints().http}/cases/${caseId}${path}`;
    const headers = { authorization, "content-type": "application/json" };
    const answer = await fetch(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
    return answer.json();
  };
  const sha256 = createHash("sha256").update(content).digest("base64");
  const { attachmentId, upload } = await call("POST", "/attachments", { name, contentType, size: content.length, sha256 });
  expect((await fetch(upload.url, { method: upload.method, headers: upload.headers, body: new Uint8Array(content) })).status).toBe(200);
  await call("POST", `/attachments/${attachmentId}/verify`);
  await call("POST", "/messages", { clientId: randomUUID(), after, body: "", attachments: [attachmentId] });
}

test("a file is named with its kind and size, and comes as it was sent; a picture is shown in the page", async ({ person }) => {
  const opened = await openCase();
  const chen = await person("chen");
  await chen.signIn(opened.chat);
  await chen.composer.waitFor();
  await sendFile("amira", opened.id, 0, "Befund Knie.pdf", "application/pdf", PDF);
  const message = chen.page.getByRole("article").filter({ hasText: "Befund Knie.pdf" });
  await expect(message).toContainText("PDF, 35 byte");

  const coming = chen.page.waitForEvent("download");
  await message.getByRole("button", { name: `Download ${apart("Befund Knie.pdf")}` }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe("Befund Knie.pdf");
  expect(await readFile(await download.path())).toEqual(PDF);
  await expect(chen.composer, "the page stays where it is").toBeVisible();

  await sendFile("amira", opened.id, 1, "knee.png", "image/png", PNG);
  await chen.page.getByRole("button", { name: `View ${apart("knee.png")}` }).click();
  const shown = chen.page.getByRole("dialog", { name: "knee.png" });
  const picture = shown.getByRole("img", { name: "knee.png" });
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  await chen.screenshot("picture");
  await chen.page.keyboard.press("Escape");
  await expect(shown).toBeHidden();
  await chen.screenshot("files");
  await expect(chen.row(opened.reference)).toContainText("Sent a file");
});
