import type { FilePolicy } from "./client/files/policy.ts";

/** Where everything is: read once, from the file that is served beside the page. */
export interface Config {
  http: string;
  websocket: string;
  issuer: string;
  clientId: string;
  /** Which files may be attached, where it says so. */
  files?: FilePolicy;
}

const NAMES = ["http", "websocket", "issuer", "clientId"] as const;

export async function loadConfig(): Promise<Config> {
  const response = await fetch("/config.json", { cache: "no-store" });
  const said = (await response.json()) as Partial<Record<keyof Config, unknown>>;
  for (const name of NAMES) if (typeof said[name] !== "string") throw new Error(`config.json has no ${name}`);
  return said as Config;
}
