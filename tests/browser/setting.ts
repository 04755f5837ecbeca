/** Where the tests run: the stack's endpoints and the browser, both from the environment. Nothing is downloaded. */

import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface Endpoints {
  web: string;
  http: string;
  websocket: string;
  issuer: string;
  mailbox: string;
  aws: string;
  eventBus: string;
}

export function endpoints(): Endpoints {
  const path = process.env["CASE_CHAT_ENDPOINTS"];
  if (path === undefined) throw new Error("CASE_CHAT_ENDPOINTS must name the endpoints.json of a running stack");
  return JSON.parse(readFileSync(path, "utf8")) as Endpoints;
}

/** $CHROMIUM, or a browser of the system. */
export function chromium(): string {
  const named = process.env["CHROMIUM"];
  if (named !== undefined) return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    for (const folder of folders) if (isExecutable(join(folder, name))) return join(folder, name);
  }
  throw new Error("no Chromium on PATH: install one, or name it in CHROMIUM");
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
