/**
 * Sends what is pending in one thread: in the order of writing, one at a time, each with the clientId and anchor that it
 * was written with, until the server has answered. Owns the timing of tries; the messages themselves are the thread's.
 *
 * Nothing overtakes: behind a message that may yet go out, the later ones wait for it or for its writer.
 */

import { v7 as uuidv7 } from "uuid";
import { fullJitter } from "./backoff.ts";
import { isFinal, isPassing, Refused, SessionEnded, Unreachable } from "./failure.ts";
import type { Pending, Thread } from "./thread.ts";
import type { PostMessage, ThreadRecord } from "./wire.ts";

/** How long a server may answer "not now" before the writer is asked. Being offline does not count. */
const PATIENCE_MS = 5 * 60_000;
/** New anchors for one message in one go: each needs 500 records in between, so more is not bad luck. */
const MAX_ANCHORS = 3;

/** The failure of a message whose reader is no longer the one it was written to. Not of the contract. */
export const PEER_CHANGED = "peer_changed";

export interface OutboxOptions {
  thread: Thread;
  post: (message: PostMessage) => Promise<ThreadRecord>;
  /** Reads the thread up to its head. */
  catchUp: () => Promise<void>;
  /** Forgets the thread and reads its latest page. */
  reload: () => Promise<void>;
  /** The userId of whoever would read a message now, where that is known. */
  addressee: () => string | null;
  changed: () => void;
}

export class Outbox {
  #running = false;
  #attempt = 0;
  /** Since when the server has been answering "not now". */
  #refusedSince: number | null = null;
  /** Set while a next try is arranged. */
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Whether the next try waits for the server, as it asked, rather than for the network. */
  #asked = false;

  constructor(private readonly options: OutboxOptions) {}

  /** `body` has been checked (`body.ts`). */
  send(body: string): void {
    const { thread, addressee, changed } = this.options;
    const clientId = uuidv7();
    thread.write(clientId, body, addressee());
    // It goes out in its turn, and its turn does not come sooner for its being there.
    if (this.#timer !== null || this.#held) thread.mark(clientId, "waiting");
    changed();
    if (this.#timer === null) this.#start();
  }

  /** The same message again, with the same clientId: if an earlier try did arrive, it is not stored twice. */
  retry(clientId: string): void {
    const { thread, addressee, changed } = this.options;
    this.#recovered();
    // "Send it anyway": its writer has been told who reads it now.
    thread.readdress(clientId, addressee());
    thread.mark(clientId, "waiting");
    changed();
    this.#start();
  }

  discard(clientId: string): void {
    this.options.thread.discard(clientId);
    this.options.changed();
    if (this.#timer === null) this.#start();
  }

  /** A good moment to send what waits, but not sooner than the server asked for. */
  flush(): void {
    if (this.#timer === null || !this.#asked) this.#start();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Keeps back what was written to someone who is no longer on the case: its writer decides. */
  review(): void {
    const { thread } = this.options;
    for (const message of thread.pending) {
      // What is on its way cannot be called back; its next try can.
      if (message.state === "waiting" && this.#readerChanged(message)) thread.fail(message.clientId, PEER_CHANGED, true);
    }
  }

  #readerChanged({ to }: Pending): boolean {
    const now = this.options.addressee();
    return to !== null && now !== null && to !== now;
  }

  get #held(): boolean {
    return this.options.thread.pending.some((message) => message.holds);
  }

  #start(): void {
    this.stop();
    if (!this.#running) void this.#run();
  }

  #recovered(): void {
    this.#attempt = 0;
    this.#refusedSince = null;
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
          this.#timer = setTimeout(() => this.#start(), delay);
          return;
        }
      }
    } finally {
      this.#running = false;
    }
  }

  #next(): Pending | undefined {
    this.review();
    const next = this.options.thread.pending.find(({ state, holds }) => state === "sending" || state === "waiting" || holds);
    return next?.holds === true ? undefined : next;
  }

  /** Settles a message one way or the other, or says after how many milliseconds to try again. */
  async #send(clientId: string): Promise<number | null> {
    const { thread, post } = this.options;
    for (let anchors = 0; ; anchors++) {
      const message = thread.pending.find((pending) => pending.clientId === clientId);
      // It may have turned up in a push or a page meanwhile.
      if (message === undefined) return null;
      if (this.#readerChanged(message)) {
        thread.fail(clientId, PEER_CHANGED, true);
        return null;
      }
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
    this.#recovered();
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
    if (error instanceof Refused) this.#refusedSince ??= Date.now();
    const patient = error instanceof Unreachable || Date.now() - (this.#refusedSince ?? 0) < PATIENCE_MS;
    // Those behind it wait as well, and say so.
    for (const { clientId: later, state } of thread.pending) if (state === "sending") thread.mark(later, "waiting");
    if (isPassing(error) && patient) {
      const wait = error instanceof Refused ? error.retryAfterMs : null;
      this.#asked = error instanceof Refused;
      return wait ?? fullJitter(++this.#attempt);
    }
    this.#recovered();
    thread.fail(clientId, failureOf(error), !isFinal(error));
    return null;
  }
}

function failureOf(error: unknown): string {
  if (error instanceof SessionEnded) return "session_ended";
  return error instanceof Refused ? error.code : "internal";
}
