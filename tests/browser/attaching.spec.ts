/** Files on their way into messages: chosen, checked, uploaded, waited for, and what becomes of them when something fails. */

import { createHash, randomBytes } from "node:crypto";
import { open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page, Request } from "@playwright/test";
import { openCase } from "./cases.ts";
import { apart, expect, test, type Person } from "./people.ts";

type Sample = { name: string; mimeType: string; buffer: Buffer };

const PDF: Sample = { name: "Befund Knie.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n") };
/** As scans come from a CD: no ending, and no type that a browser knows. */
const DICOM: Sample = { name: "IM000001", mimeType: "", buffer: Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), randomBytes(2_000)]) };

/** A picture as the browser itself makes one. */
async function picture(page: Page, mimeType: "image/png" | "image/jpeg", name: string): Promise<Sample> {
  const url = await page.evaluate((type) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 800, height: 600 });
    const context = canvas.getContext("2d")!;
    const shade = context.createLinearGradient(0, 0, 800, 600);
    shade.addColorStop(0, "#0b6a70");
    shade.addColorStop(1, "#f4d7a1");
    context.fillStyle = shade;
    context.fillRect(0, 0, 800, 600);
    return canvas.toDataURL(type);
  }, mimeType);
  return { name, mimeType, buffer: Buffer.from(url.slice(url.indexOf(",") + 1), "base64") };
}

const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");

/** Requests that carry a file, or ask to. */
function uploads(page: Page): Request[] {
  const seen: Request[] = [];
  page.on("request", (request) => {
    if (request.method() === "PUT" && !request.url().includes("/read")) seen.push(request);
    if (request.method() === "POST" && /\/attachments$/.test(new URL(request.url()).pathname)) seen.push(request);
  });
  return seen;
}

async function both(person: (id: "amira" | "chen") => Promise<Person>): Promise<{ amira: Person; chen: Person }> {
  const opened = await openCase();
  const [amira, chen] = [await person("amira"), await person("chen")];
  for (const one of [amira, chen]) {
    await one.signIn(opened.chat);
    await one.composer.waitFor();
  }
  return { amira, chen };
}

/** Puts a hold on files before they leave the browser; gives the way to let them go. */
async function hold(page: Page): Promise<() => Promise<void>> {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const isFile = (url: URL) => url.pathname.includes("/case-chat-quarantine/") || url.hostname.startsWith("case-chat-quarantine");
  await page.route(isFile, async (route) => {
    await released;
    await route.continue().catch(() => undefined);
  });
  return async () => release();
}

test("files of each kind go across, both ways, and arrive as they were sent", async ({ person }) => {
  const { amira, chen } = await both(person);
  for (const [from, to] of [
    [amira, chen],
    [chen, amira],
  ] as const) {
    const files = [PDF, DICOM, await picture(from.page, "image/png", "knee.png"), await picture(from.page, "image/jpeg", "Röntgen.jpg")].map(
      (file) => ({ ...file, name: `${from.id} ${file.name}` }),
    );
    await from.attach(...files);
    for (const { name } of files) await expect(from.chosen(name)).toContainText("Uploaded");
    if (from === amira) await from.screenshot("attaching");
    await from.send(`Four files from ${from.name}`);
    await expect(from.chosen("")).toHaveCount(0);
    const message = to.message(`Four files from ${from.name}`);
    for (const { name } of files.filter(({ mimeType }) => mimeType.startsWith("image/"))) {
      await expect(message.getByRole("img", { name: apart(name), exact: true }), "a small picture of it").toBeVisible();
    }
    for (const { name, mimeType, buffer } of files) {
      await expect(message).toContainText(name);
      if (mimeType.startsWith("image/")) {
        await message.getByRole("button", { name: `View ${apart(name)}` }).click();
        const shown = to.page.getByRole("dialog", { name });
        const source = await shown.getByRole("img").getAttribute("src");
        expect(sha256(Buffer.from(await (await fetch(source!)).arrayBuffer()))).toBe(sha256(buffer));
        await to.page.keyboard.press("Escape");
      } else {
        const coming = to.page.waitForEvent("download");
        await message.getByRole("button", { name: `Download ${apart(name)}` }).click();
        const download = await coming;
        expect(download.suggestedFilename()).toBe(name);
        expect(sha256(await readFile(await download.path()))).toBe(sha256(buffer));
      }
    }
    if (from === amira) await to.screenshot("attached");
  }
});

test("a file that cannot go is refused in words before anything of it is sent", async ({ person }) => {
  const { amira } = await both(person);
  const asked = uploads(amira.page);
  await amira.composer.fill("with words");
  await amira.attach(
    { name: "notes.docx", mimeType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", buffer: Buffer.from("PK") },
    { name: "knee.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") },
    { name: "nothing.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(0) },
  );
  await expect(amira.page.getByText("notes.docx")).toContainText("You can attach JPEG and PNG pictures, PDF documents and DICOM scans.");
  await expect(amira.page.getByText("knee.svg")).toContainText("cannot be attached");
  await expect(amira.page.getByText("nothing.pdf")).toContainText("is empty");
  await amira.attach(...Array.from({ length: 11 }, (_, index) => ({ ...PDF, name: `page ${index}.pdf` })));
  await expect(amira.page.getByText("page 10.pdf")).toContainText("10 files is the most");
  await expect(amira.composer).toHaveValue("with words");
  await expect.poll(() => asked.filter((request) => request.method() === "POST").length).toBe(10);
  await amira.screenshot("refused-files");
});

test("a file that is too large is refused with both sizes", async ({ person }) => {
  const { amira } = await both(person);
  const path = join(tmpdir(), `too-large-${process.pid}.pdf`);
  const file = await open(path, "w");
  await file.truncate(100_000_001);
  await file.close();
  const asked = uploads(amira.page);
  await amira.attach(path);
  await expect(amira.page.getByText("too-large")).toContainText("100 MB is the most");
  expect(asked).toEqual([]);
  await rm(path);
});

test("what is not what its name says is refused by the server, and costs nothing that was written", async ({ person }) => {
  const { amira, chen } = await both(person);
  await amira.composer.fill("my results");
  await amira.attach({ name: "report.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ\x90\x00 this is a program") }, PDF);
  await expect(amira.chosen("report.pdf")).toContainText("This file is not what its name says");
  await expect(amira.chosen("report.pdf").getByRole("button", { name: "Try again" })).toHaveCount(0);
  await amira.composer.press("Enter");
  await expect(amira.page.getByText("A file could not be added.")).toBeVisible();
  await expect(amira.composer).toHaveValue("my results");
  await amira.screenshot("rejected-file");
  await amira.chosen("report.pdf").getByRole("button", { name: `Remove ${apart("report.pdf")}` }).click();
  await amira.composer.press("Enter");
  await expect(chen.message("my results")).toContainText(PDF.name);
});

test("a message waits for its files, the next one waits behind it, and its writer can have it back", async ({ person }) => {
  const { amira, chen } = await both(person);
  const release = await hold(amira.page);
  await amira.attach(PDF);
  await expect(amira.chosen(PDF.name).getByRole("progressbar")).toBeVisible();
  await amira.send("with a file");
  await amira.send("and a word");
  await expect(amira.message("with a file")).toContainText("Uploading");
  await amira.screenshot("waiting-for-a-file");

  await amira.message("with a file").getByRole("button", { name: "Cancel" }).click();
  await expect(amira.composer).toHaveValue("with a file");
  await expect(amira.chosen(PDF.name)).toBeVisible();
  await expect(chen.message("and a word"), "nothing is in front of it any more").toBeVisible();

  await amira.send("with a file");
  await amira.send("and another word");
  await expect(amira.message("and another word")).toContainText("Not sent yet");
  await release();
  await expect(chen.message("and another word")).toBeVisible();
  const texts = await chen.page.getByRole("article").allTextContents();
  expect(texts.findIndex((text) => text.includes("with a file"))).toBeLessThan(texts.findIndex((text) => text.includes("and another word")));
  await expect(chen.message("with a file")).toContainText(PDF.name);
});

test("files that were not sent yet go on their way after a reload, and those of a draft are still there", async ({ person }) => {
  const { amira, chen } = await both(person);
  await hold(amira.page);
  await amira.attach(PDF);
  await amira.send("sent before the reload");
  await expect(amira.message("sent before the reload")).toContainText("Uploading");
  await amira.attach({ ...PDF, name: "draft.pdf" });
  await amira.composer.fill("half a thought");
  await expect.poll(() => kept(amira.page, "contents")).toHaveLength(2);
  await expect.poll(() => kept(amira.page, "drafts")).toMatchObject([{ text: "half a thought" }]);
  await amira.page.unrouteAll({ behavior: "ignoreErrors" });
  await amira.page.reload();
  await expect(chen.message("sent before the reload")).toContainText(PDF.name);
  await expect(amira.composer).toHaveValue("half a thought");
  await expect(amira.chosen("draft.pdf")).toContainText("Uploaded");
  await expect.poll(() => kept(amira.page, "contents"), "what was sent is not kept").toHaveLength(1);
  await amira.page.getByRole("button", { name: `Remove ${apart("draft.pdf")}` }).click();
  await expect.poll(() => kept(amira.page, "contents")).toHaveLength(0);
});

test("a file that the browser did not keep is asked for again, and the words come back", async ({ person }) => {
  const { amira } = await both(person);
  await hold(amira.page);
  await amira.attach(PDF);
  await amira.send("words with a lost file");
  await expect(amira.message("words with a lost file")).toContainText("Uploading");
  await expect.poll(() => kept(amira.page, "contents")).toHaveLength(1);
  await amira.page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open("case-chat");
        opening.onsuccess = () => {
          const change = opening.result.transaction("contents", "readwrite");
          change.objectStore("contents").clear();
          change.oncomplete = () => resolve(opening.result.close());
        };
      }),
  );
  // Still held, so that it does not get away before the page goes.
  await amira.page.reload();
  const lost = amira.message("words with a lost file");
  await expect(lost).toContainText("A file of this message could not be sent");
  await amira.screenshot("lost-file");
  await lost.getByRole("button", { name: "Change" }).click();
  await expect(amira.composer).toHaveValue("words with a lost file");
  await expect(amira.chosen(PDF.name)).toContainText("Please choose it again");
});

test("signing out leaves no file behind", async ({ person }) => {
  const { amira } = await both(person);
  await amira.attach(PDF);
  await expect(amira.chosen(PDF.name)).toContainText("Uploaded");
  await expect.poll(() => kept(amira.page, "contents")).toHaveLength(1);
  const database = await amira.window();
  await database.page.goto(`${new URL(amira.page.url()).origin}/favicon.svg`);
  amira.page.once("dialog", (dialog) => void dialog.accept());
  await amira.page.getByRole("button", { name: "Sign out" }).first().click();
  await expect.poll(() => kept(database.page, "contents")).toHaveLength(0);
});

test("files can be dropped anywhere on the conversation, and pasted into the message", async ({ person }) => {
  const { amira } = await both(person);
  const transfer = await amira.page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["%PDF-1.7\n%%EOF\n"], "dropped.pdf", { type: "application/pdf" }));
    return data;
  });
  const log = amira.page.getByRole("log");
  await log.dispatchEvent("dragover", { dataTransfer: transfer });
  await expect(amira.page.getByText("Drop files here")).toBeVisible();
  await amira.screenshot("dropping");
  await log.dispatchEvent("drop", { dataTransfer: transfer });
  await expect(amira.chosen("dropped.pdf")).toContainText("Uploaded");
  await expect(amira.page.getByText("Drop files here")).toHaveCount(0);

  await amira.composer.evaluate((field) => {
    const data = new DataTransfer();
    data.items.add(new File(["%PDF-1.7\n%%EOF\n"], "pasted.pdf", { type: "application/pdf" }));
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, composed: true, cancelable: true }));
  });
  await expect(amira.chosen("pasted.pdf")).toContainText("Uploaded");
});

test("100 MB go up while one writes on", async ({ person }) => {
  test.setTimeout(120_000);
  const { amira, chen } = await both(person);
  const path = join(tmpdir(), `large-${process.pid}.pdf`);
  const file = await open(path, "w");
  await file.write("%PDF-1.7\n");
  await file.truncate(100_000_000);
  await file.close();
  await amira.attach(path);
  const chosen = amira.chosen("large-");
  // Frames go on being drawn from the moment it is chosen to the moment it is there.
  const frames = amira.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let longest = 0;
        let last = performance.now();
        const frame = (now: number) => {
          longest = Math.max(longest, now - last);
          last = now;
          if ("measured" in document.body.dataset) resolve(longest);
          else requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
  );
  await amira.composer.fill("one hundred megabytes");
  await expect(chosen).toContainText("Uploaded", { timeout: 90_000 });
  await amira.page.evaluate(() => (document.body.dataset["measured"] = ""));
  const longest = Math.round(await frames);
  test.info().annotations.push({ type: "longest frame", description: `${longest} ms` });
  expect(longest, "a busy machine is forgiven much, a page that stands still is not").toBeLessThan(2_000);
  await amira.composer.press("Enter");
  await expect(chen.message("one hundred megabytes")).toContainText("PDF, 100 MB");
  await rm(path);
});

/** What this browser keeps. */
function kept(page: Page, store: "contents" | "drafts"): Promise<unknown[]> {
  return page.evaluate(
    (name) =>
      new Promise<unknown[]>((resolve) => {
        const opening = indexedDB.open("case-chat");
        opening.onsuccess = () => {
          const asked = opening.result.transaction(name).objectStore(name).getAll();
          asked.onsuccess = () => {
            opening.result.close();
            resolve(asked.result.map((row: object) => ({ ...row, content: undefined })));
          };
        };
      }),
    store,
  );
}
