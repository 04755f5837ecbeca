import { brotliCompressSync } from "node:zlib";
import { openCase } from "./cases.ts";
import { expect, test } from "./people.ts";
import { endpoints } from "./setting.ts";

/** As a host of the client keeps it, compressed once when it is put there. */
const MOST_BYTES = 60 * 1024;

test("what a chat needs to be shown is small", async ({ person }) => {
  const it = await openCase();
  const amira = await person("amira");
  const scripts: Promise<Buffer>[] = [];
  amira.page.on("response", (response) => void (response.headers()["content-type"]?.includes("javascript") === true && scripts.push(response.body())));
  await amira.isSignedIn();
  await amira.page.goto(`${endpoints().web}/${it.chat}`);
  await expect(amira.composer).toBeVisible();
  const sizes = (await Promise.all(scripts)).map((script) => brotliCompressSync(script).length);
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(MOST_BYTES);
});
