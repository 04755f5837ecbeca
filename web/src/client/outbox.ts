/**
 * Sends what is pending in one thread: in the order of writing, one at a time, each with the clientId and anchor that it
 * was written with, until the server has answered. Owns the timing of tries; the messages themselves are the thread's.
 */

import { v7 as uuidv7 } from "uuid";
import { fullJitter } from "./backoff.ts";
import { isPassing, Refused, SessionEnded } from "./failure.ts";
import type { Pending, Thread } from "./thread.ts";
import type { PostMessage, ThreadRecord } from "./wire.ts";

/** Tries against a server that answers "not now", before its writer is asked. Being offline does not count. */
const MAX_TRIES = 8;
/** New anchors for one message in one go: each needs 500 records in between, so more is not bad luck. */
const MAX_ANCHORS = 3;

export interface OutboxOptions {
  thread: Thread;
  post: (message: PostMessage) => Promise<ThreadRecord>;
  /** Reads the thread up to its head. */
  catchUp: () => Promise<void>;
  /** Forgets the thread and reads its latest page. */
  reload: () => Promise<void>;
  changed: () => void;
}

export class Outbox {
  #running = false;
  #attempt = 0;
  #refusals = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: OutboxOptions) {}

  /** `body` has been checked (`body.ts`). */
  send(body: string): void {
    this.options.thread.write(uuidv7(), body);
    this.options.changed();
    this.flush();
  }

  /** The same message again, with the same clientId: if an earlier try did arrive, it is not stored twice. */
  retry(clientId: string): void {
    this.#attempt = this.#refusals = 0;
    this.options.thread.mark(clientId, "waiting");
    this.flush();
  }

  /** Sends whatever waits, now. */
  flush(): void {
    clearTimeout(this.#timer);
    if (!this.#running) void this.#run();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) {
        this.options.thread.mark(next.clientId, "sending");
        this.options.changed();
        const delay = await this.#send(next.clientId);
        this.options.changed();
        if (delay !== null) {
          this.#timer = setTimeout(() => this.flush(), delay);
          return;
        }
      }
    } finally {
      this.#running = false;
    }
  }

  #next(): Pending | undefined {
    return this.options.thread.pending.find((message) => message.state === "sending" || message.state === "waiting");
  }

  /** Settles a message one way or the other, or says after how many milliseconds to try again. */
  async #send(clientId: string): Promise<number | null> {
    const { thread, post } = this.options;
    for (let anchors = 0; ; anchors++) {
      const message = thread.pending.find((pending) => pending.clientId === clientId);
      // It may have turned up in a push or a page meanwhile.
      if (message === undefined) return null;
      try {
        await this.#arrived(clientId, await post({ clientId, after: message.after, body: message.body }));
        return null;
      } catch (error) {
        const anew = anchors < MAX_ANCHORS && (await this.#findNewAnchor(clientId, error));
        if (!anew) return this.#failed(clientId, error);
      }
    }
  }

  /** Stored. If records before it are still missing, it stays pending, but is not sent again. */
  async #arrived(clientId: string, record: ThreadRecord): Promise<void> {
    const { thread, catchUp } = this.options;
    this.#attempt = this.#refusals = 0;
    thread.mark(clientId, "sent");
    thread.push(record);
    // Failing is no harm: every later sync reads what is missing.
    if (thread.hasGap) await catchUp().catch(() => undefined);
  }

  async #findNewAnchor(clientId: string, error: unknown): Promise<boolean> {
    const { thread, catchUp } = this.options;
    if (!(error instanceof Refused) || error.code !== "anchor_too_old") return false;
    // The records from the old anchor on are read without a gap: if the message were stored, it would be among them.
    const caughtUp = await catchUp().then(() => !thread.hasGap, () => false);
    if (caughtUp) thread.reanchor(clientId);
    return caughtUp;
  }

  async #failed(clientId: string, error: unknown): Promise<number | null> {
    const { thread, reload } = this.options;
    if (error instanceof Refused && error.code === "unknown_anchor") {
      // The thread is shorter than what was on screen: show what there is, and let the writer decide.
      await reload().catch(() => undefined);
      thread.reanchor(clientId);
    }
    if (error instanceof Refused) this.#refusals++;
    if (isPassing(error) && this.#refusals < MAX_TRIES) {
      thread.mark(clientId, "waiting");
      const wait = error instanceof Refused ? error.retryAfterMs : null;
      return wait ?? fullJitter(++this.#attempt);
    }
    thread.mark(clientId, "failed", failureOf(error));
    return null;
  }
}

function failureOf(error: unknown): string {
  if (error instanceof SessionEnded) return "session_ended";
  return error instanceof Refused ? error.code : "internal";
}
