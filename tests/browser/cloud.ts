/** A local cloud of a test's own, which can be killed and started again where it was. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Endpoints } from "./setting.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PROGRAM = join(ROOT, "target/debug/case-chat-local-cloud");
const START_MS = 60_000;
/** Six in a row are wanted, below those that the system gives out by itself. */
const PORTS = { from: 20_000, to: 32_000, step: 10 };

export class Cloud {
  readonly #directory = mkdtempSync(join(tmpdir(), "case-chat-"));
  #port = 0;
  #process: ChildProcess | null = null;

  static async start(): Promise<Cloud> {
    const cloud = new Cloud();
    for (let tries = 0; tries < 10; tries++) {
      const places = (PORTS.to - PORTS.from) / PORTS.step;
      cloud.#port = PORTS.from + PORTS.step * Math.floor(Math.random() * places);
      if (await cloud.start()) return cloud;
    }
    throw new Error(`${PROGRAM} does not start`);
  }

  get endpoints(): Endpoints {
    return JSON.parse(readFileSync(this.#endpoints, "utf8")) as Endpoints;
  }

  /** Where it was, with the data that it had. False when it ends by itself: a port may be taken. */
  async start(): Promise<boolean> {
    rmSync(this.#endpoints, { force: true });
    const options = ["--port", String(this.#port), "--data", join(this.#directory, "data"), "--endpoints", this.#endpoints];
    const started = spawn(PROGRAM, options, { cwd: ROOT, stdio: "ignore" });
    this.#process = started;
    const deadline = Date.now() + START_MS;
    while (!existsSync(this.#endpoints)) {
      if (started.exitCode !== null || Date.now() > deadline) return false;
      await pause(50);
    }
    return true;
  }

  /** At once, without a chance to put anything in order. */
  async kill(): Promise<void> {
    const { exitCode } = this.#process!;
    const ended = once(this.#process!, "exit");
    if (exitCode === null && this.#process!.kill("SIGKILL")) await ended;
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #endpoints(): string {
    return join(this.#directory, "endpoints.json");
  }
}
