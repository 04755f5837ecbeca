import { defineConfig } from "@playwright/test";
import { chromium } from "./setting.ts";

// One worker: the tests share the people and cases of one running stack. No retries: what passes by luck is broken.
export default defineConfig({
  testDir: ".",
  outputDir: "test-results/traces",
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
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
