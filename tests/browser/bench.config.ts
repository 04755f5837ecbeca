/** For `cargo xtask bench`: what measures is no test, so it runs only when asked for. */

import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.ts";

export default defineConfig(tests, { testMatch: "*.bench.ts", timeout: 300_000, reporter: [["line"]] });
