/**
 * Sends what is pending in one thread: in the order of writing, one at a time, each with the clientId and anchor that it
 * was written with, until the server has answered. Owns the timing of tries and the turn among this person's tabs; the
 * messages on screen are the thread's, and what is kept of them is `keeping.ts`'s.
 *
 * Nothing overtakes: a message waits for its files, and behind one that may yet go out, the later ones wait for it or for
 * its writer. Nothing is sent that is not kept first, so that whoever takes over after a crash tries with the same clientId
 * and anchor; and nothing into a thread that is not what it was, where nobody knows what it would answer.
 */

import { v7 as uuidv7 } from "uuid";
import { fullJitter } from "./backoff.ts";
import { isFinal, isPassing, Refused, SessionEnded, Unreachable } from "./failure.ts";
import { UploadFailed } from "./files/upload.ts";
import type { Uploads } from "./files/uploads.ts";
import { Keeping, NOT_KEPT } from "./keeping.ts";
import type { Reader } from "./reader.ts";
import type { Notice } from "./tabs.ts";
import type { Pending, Thread, Written } from "./thread.ts";
import { Turn } from "./turn.ts";
import type { Unsent } from "./unsent.ts";
import type { PostMessage, ThreadRecord } from "./wire.ts";

/** How long a server may answer "not now" before the writer is asked. Being offline does not count. */
const PATIENCE_MS = 5 * 60_000;
/** New anchors for one message in one go: each needs 500 records in between, so more is not bad luck. */
const MAX_ANCHORS = 3;
/** The server keeps a file for a day until it is sent: after that it takes another upload. Twice would be no accident. */
const MAX_RENEWALS = 1;

/** The failure of a message whose reader is no longer the one it was written to. Not of the contract. */
export const PEER_CHANGED = "peer_changed";

/** After a try: the next message at once, the same one after a while, or nothing until there is a reason. */
type After = "next" | "rest" | number;

export interface OutboxOptions {
  caseId: string;
  thread: Thread;
  reader: Reader;
  unsent: Unsent;
  uploads: Uploads;
  post: (message: PostMessage) => Promise<ThreadRecord>;
  /** The userId of whoever would read a message now, where that is known. */
  addressee: () => string | null;
  changed: () => void;
}

export class Outbox {
  #attempt = 0;
  /** How often nothing could be heard: who would read a message after that is not known until it is read. */
  #silences = 0;
  /** The last silence after which the thread was read. */
  #heardAfter = 0;
  /** Since when the server has been answering "not now". */
  #refusedSince: number | null = null;
  /** The message whose files are waited for, and the way to stop that. */
  #attaching: { clientId: string; abort: AbortController } | null = null;
  readonly #keeping: Keeping;
  readonly #turn: Turn;

  constructor(private readonly options: OutboxOptions) {
    this.#keeping = new Keeping(options);
    this.#turn = new Turn({
      take: (signal, held) => options.unsent.turn(`outbox ${options.caseId}`, signal, () => this.#wait(), held),
      work: () => this.#work(),
    });
  }

  /** `body` and `files` have been checked (`body.ts`). */
  send(body: string, files: readonly string[]): void {
    const { thread, addressee, changed } = this.options;
    const clientId = uuidv7();
    thread.write({ clientId, body, files, to: addressee(), after: thread.head, failure: null, holds: false });
    // It goes out in its turn, and its turn does not come sooner for its being there.
    if (this.#turn.pausing || this.#attaching !== null || this.#held) thread.mark(clientId, "waiting");
    changed();
    void this.#keeping.keep(clientId).then(() => this.#start());
  }

  /** The same message again, with the same clientId: if an earlier try did arrive, it is not stored twice. */
  retry(clientId: string): void {
    const { thread, addressee, changed } = this.options;
    this.#recovered();
    // "Send it anyway": its writer has been told who reads it now.
    thread.readdress(clientId, addressee());
    thread.mark(clientId, "waiting");
    changed();
    void this.#keeping.keep(clientId).then(() => this.#turn.startNow());
  }

  discard(clientId: string): void {
    this.#remove(clientId, false);
  }

  /** Whether its writer may have it back: it is certain that it was not sent, and that no other tab is sending it. */
  canTakeBack(clientId: string): boolean {
    const { state, holds, failure } = this.options.thread.find(clientId) ?? {};
    const refused = state === "failed" && holds === false && failure !== NOT_KEPT && failure !== "client_id_reused";
    return refused || this.#attaching?.clientId === clientId;
  }

  /** Gives it back with its files; undefined when it is too late. */
  takeBack(clientId: string): Written | undefined {
    if (!this.canTakeBack(clientId)) return undefined;
    const message = this.options.thread.find(clientId);
    this.#remove(clientId, true);
    return message;
  }

  #remove(clientId: string, keepFiles: boolean): void {
    this.options.thread.discard(clientId);
    this.#keeping.discarded(clientId, keepFiles);
    if (this.#attaching?.clientId === clientId) this.#attaching.abort.abort();
    this.options.changed();
    this.#start();
  }

  /** A good moment to send what waits, but not sooner than the server asked for. */
  flush(): void {
    if (this.#sendable) this.#turn.nudge();
  }

  /** Takes up what is kept: after a reload, or when another tab has changed it. */
  async look(): Promise<void> {
    await this.options.uploads.look();
    await this.#keeping.refresh();
    this.options.changed();
    this.#start();
  }

  /** Another tab has settled a message. */
  settled(notice: Extract<Notice, { clientId: string }>): void {
    const { thread, changed } = this.options;
    const { clientId } = notice;
    if (this.#attaching?.clientId === clientId) this.#attaching.abort.abort();
    this.#keeping.heed(notice);
    if (notice.type === "stored" && thread.find(clientId) !== undefined) thread.stored(clientId, notice.seq);
    else thread.discard(clientId);
    changed();
  }

  stop(): void {
    this.#turn.stop();
    this.#attaching?.abort.abort();
  }

  /** The live connection was lost: what it would have said meanwhile is read before anything is sent. */
  interrupted(): void {
    this.#silences++;
  }

  /** After any change of the thread: keeps back what was written to someone no longer on the case, and lets go of what is stored. */
  review(): void {
    for (const message of this.options.thread.pending) {
      // What is on its way cannot be called back; its next try can.
      if (message.state === "waiting" && this.#readerChanged(message)) void this.#fail(message.clientId, PEER_CHANGED, true);
    }
    // What had failed may turn out to be stored: those behind it wait no longer.
    if (this.#keeping.letGo()) this.#start();
  }

  #readerChanged({ to, after }: Pending): boolean {
    const { thread, addressee } = this.options;
    // Written in a tab that had read further, and knew better.
    if (after > thread.head) return false;
    const now = addressee();
    return to !== null && now !== null && to !== now;
  }

  get #held(): boolean {
    return this.options.thread.pending.some((message) => message.holds);
  }

  get #sendable(): boolean {
    return this.options.thread.pending.some(({ state }) => state === "sending" || state === "waiting");
  }

  #start(): void {
    if (this.#sendable) this.#turn.start();
  }

  #recovered(): void {
    this.#attempt = 0;
    this.#refusedSince = null;
  }

  /** Not now: another tab sends, or what was written before holds the rest up. */
  #wait(): void {
    const { thread, changed } = this.options;
    for (const { clientId, state } of thread.pending) if (state === "sending") thread.mark(clientId, "waiting");
    changed();
  }

  /** Sends until nothing is left to send. */
  async #work(): Promise<void> {
    const { thread, changed } = this.options;
    while (!this.#turn.stopped) {
      await this.#keeping.refresh();
      await this.#keeping.trace();
      const next = this.#next();
      if (next === undefined) return this.#wait();
      thread.mark(next.clientId, "sending");
      changed();
      const after = await this.#send(next.clientId);
      changed();
      if (after === "rest") return;
      if (after !== "next") await this.#turn.pause(after);
    }
  }

  #next(): Pending | undefined {
    this.review();
    if (this.options.thread.tampered !== null) return undefined;
    const next = this.options.thread.pending.find(
      ({ clientId, state, holds }) => (state === "sending" || state === "waiting" || holds) && !this.#keeping.misses(clientId),
    );
    return next === undefined || next.holds || !this.#keeping.has(next.clientId) ? undefined : next;
  }

  /** Settles a message one way or the other, or says when to try again. */
  async #send(clientId: string): Promise<After> {
    const { thread, post, uploads } = this.options;
    for (let anchors = 0, renewals = 0; ; ) {
      try {
        const attachments = await this.#attached(clientId);
        await this.#prepare(clientId);
        const message = thread.find(clientId);
        // It may have turned up in a push or a page meanwhile, or been settled in another tab.
        if (message === undefined || message.state === "sent") return "next";
        // What was read just now may have shown it. All that is written waits from here on.
        if (thread.tampered !== null) return "next";
        if (this.#readerChanged(message)) {
          await this.#fail(clientId, PEER_CHANGED, true);
          return "next";
        }
        const { after, body } = message;
        await this.#arrived(clientId, await post({ clientId, after, body, ...(attachments.length > 0 && { attachments }) }));
        return "next";
      } catch (error) {
        const code = error instanceof Refused ? error.code : null;
        if (code === "attachment_not_ready" && renewals++ < MAX_RENEWALS) {
          await uploads.renew(thread.find(clientId)?.files ?? []);
          continue;
        }
        const tooOld = code === "anchor_too_old" && anchors++ < MAX_ANCHORS;
        const trouble = tooOld ? await this.#findNewAnchor(clientId) : error;
        if (trouble !== null) return this.#failed(clientId, trouble);
      }
    }
  }

  /** The server's ids of its files, once all are there. It takes as long as it takes. */
  async #attached(clientId: string): Promise<string[]> {
    const { thread, uploads, changed } = this.options;
    const files = thread.find(clientId)?.files ?? [];
    if (files.length === 0) return [];
    const abort = new AbortController();
    this.#attaching = { clientId, abort };
    for (const later of thread.pending) if (later.state === "sending" && later.clientId !== clientId) thread.mark(later.clientId, "waiting");
    changed();
    try {
      return await uploads.ready(files, abort.signal);
    } finally {
      this.#attaching = null;
      changed();
    }
  }

  /** Who would read it must be known, and where the server is to look for it. */
  async #prepare(clientId: string): Promise<void> {
    const { thread, reader } = this.options;
    const silences = this.#silences;
    const behind = (thread.find(clientId)?.after ?? -1) > thread.head;
    if (!thread.loaded || behind || silences > this.#heardAfter) await reader.catchUpAnew();
    // One that began meanwhile is not over.
    this.#heardAfter = silences;
    if (thread.find(clientId)?.after === -1) await this.#reanchor(clientId);
  }

  /** Stored. If records before it are still missing, it stays pending, but is not sent again. */
  async #arrived(clientId: string, record: ThreadRecord): Promise<void> {
    const { thread, reader } = this.options;
    this.#recovered();
    thread.push(record);
    thread.stored(clientId, record.seq);
    this.#keeping.stored(clientId, record.seq);
    // Failing is no harm: every later sync reads what is missing.
    if (thread.hasGap) await reader.catchUp().catch(() => undefined);
  }

  /** null when it has one, otherwise why not. */
  async #findNewAnchor(clientId: string): Promise<unknown> {
    const { thread, reader } = this.options;
    const message = thread.find(clientId);
    try {
      // Every record behind the old anchor is held then: if the message were stored, it would be among them.
      if (message !== undefined) await reader.readBackTo(message.after + 1);
    } catch (error) {
      return error;
    }
    await this.#reanchor(clientId);
    return null;
  }

  /** Kept before it is used: whoever takes over goes on from there. */
  async #reanchor(clientId: string): Promise<void> {
    this.options.thread.reanchor(clientId);
    const message = this.options.thread.find(clientId);
    if (message !== undefined) await this.#keeping.change(clientId, { after: message.after });
  }

  async #failed(clientId: string, error: unknown): Promise<After> {
    const { thread, reader } = this.options;
    // Its writer has it back.
    if (thread.find(clientId) === undefined) return "next";
    if (error instanceof Refused && error.code === "unknown_anchor") {
      // The thread is shorter than what was on screen: show what there is, and let the writer decide.
      reader.forget();
      await reader.catchUp().catch(() => undefined);
      await this.#reanchor(clientId);
    }
    if (error instanceof Refused) this.#refusedSince ??= Date.now();
    else if (!(error instanceof UploadFailed)) this.#silences++;
    const patient = error instanceof Unreachable || Date.now() - (this.#refusedSince ?? 0) < PATIENCE_MS;
    // Those behind it wait as well, and say so.
    for (const { clientId: later, state } of thread.pending) if (state === "sending") thread.mark(later, "waiting");
    if (error instanceof UploadFailed) return this.#unattached(clientId, error.code);
    // It goes out after signing in again, here or in another tab.
    if (error instanceof SessionEnded || this.#turn.stopped) return "rest";
    if (isPassing(error) && patient) {
      const asked = error instanceof Refused;
      this.#turn.asked = asked;
      return (asked ? error.retryAfterMs : null) ?? fullJitter(++this.#attempt);
    }
    this.#recovered();
    await this.#fail(clientId, error instanceof Refused ? error.code : "internal", !isFinal(error));
    return "next";
  }

  /** It cannot go without its files, unless an earlier try took them along. */
  async #unattached(clientId: string, failure: string): Promise<After> {
    const { reader, thread } = this.options;
    const caughtUp = await reader.catchUpAnew().then(() => !thread.hasGap, () => false);
    if (!caughtUp) return fullJitter(++this.#attempt);
    if (thread.find(clientId) !== undefined) await this.#fail(clientId, failure, false);
    return "next";
  }

  async #fail(clientId: string, failure: string, holds: boolean): Promise<void> {
    this.options.thread.fail(clientId, failure, holds);
    await this.#keeping.change(clientId, { failure, holds });
  }
}
