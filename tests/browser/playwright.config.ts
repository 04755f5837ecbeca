import { defineConfig } from "@playwright/test";
import { chromium } from "./setting.ts";

// How long a test waits for one thing; longer where the functions are built while it waits.
const PATIENCE = Number(process.env["CASE_CHAT_PATIENCE"] ?? 15_000);

// One worker: the tests share the people and cases of one running stack. No retries: what passes by luck is broken.
export default defineConfig({
  testDir: ".",
  // README's picture wants a fresh stack and writes into the tree: `cargo xtask screenshot` takes it, nothing else.
  grepInvert: process.env["CASE_CHAT_SCREENSHOT"] === "1" ? [] : [/the picture for README/],
  outputDir: "test-results/traces",
  workers: 1,
  retries: 0,
  timeout: PATIENCE * 4,
  expect: { timeout: PATIENCE },
  reporter: [["list"]],
  use: {
    trace: "retain-on-failure",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    colorScheme: "light",
    launchOptions: {
      executablePath: chromium(),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
});
