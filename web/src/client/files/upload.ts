/**
 * One file on its way to the server: hashed, sent to quarantine, looked at. Owns that sequence, its tries and what is kept
 * of it; which message it goes with, it does not know.
 *
 * One tab at a time does it. Whoever comes second finds what the first has kept, and goes on from there.
 */

import { fullJitter } from "../backoff.ts";
import { Changes } from "../changes.ts";
import { isFinal, Refused, SessionEnded, Unreachable } from "../failure.ts";
import type { FileStore, KeptFile } from "../store.ts";
import type { Attachment, RequestUpload, UploadGranted, Verified } from "../wire.ts";
import type { Put } from "./put.ts";

/** The failure of a file whose content is gone: this browser did not keep it, or its owner moved it. Not of the contract. */
export const FILE_LOST = "file_lost";
/** The failure of a file that does not arrive although the server can be reached. Not of the contract. */
export const NOT_ARRIVED = "not_arrived";

/** Tries to send it in one go, while everything else works. */
const MAX_TRIES = 8;
/** Between two questions whether the scanner is done. */
const SCAN_MS = 2_000;

export type Step =
  | { at: "waiting" }
  | { at: "preparing" }
  | { at: "sending"; sent: number }
  | { at: "checking" }
  | { at: "ready"; attachment: Attachment }
  /** `again`: whether the same file may do better. */
  | { at: "failed"; failure: string; again: boolean };

/** What an upload works with. */
export interface UploadDesk {
  request: (caseId: string, file: RequestUpload) => Promise<UploadGranted>;
  verify: (caseId: string, attachmentId: string) => Promise<Verified>;
  put: Put;
  /** In base64. */
  sha256: (content: Blob) => Promise<string>;
  store: Promise<FileStore>;
  /** Runs `held` when no other tab works at that file. */
  turn: (id: string, signal: AbortSignal, busy: () => void, held: () => Promise<void>) => Promise<void>;
}

/** It is not going to be ready. */
export class UploadFailed extends Error {
  override readonly name = "UploadFailed";

  constructor(readonly code: string) {
    super(code);
  }
}

export class Upload extends Changes {
  step: Step = { at: "waiting" };
  #file: KeptFile;
  /** In base64; that of a file does not change while it is the same. */
  #sha256: string | null = null;
  #attempt = 0;
  #tries = 0;
  /** Why it has stopped by itself: somebody has to sign in. */
  #ended: SessionEnded | null = null;
  #run: AbortController | null = null;
  #endPause: (() => void) | null = null;

  /** `chosen` is its content, where somebody has just chosen it. */
  constructor(
    file: KeptFile,
    private readonly desk: UploadDesk,
    private chosen: Blob | null = null,
  ) {
    super();
    this.#file = file;
  }

  get file(): Readonly<KeptFile> {
    return this.#file;
  }

  /** What it contains; null where that can no longer be had. */
  async content(): Promise<Blob | null> {
    return this.chosen ?? (await this.desk.store).content(this.file.id);
  }

  /** Gives the attachment once it is there. Throws UploadFailed, SessionEnded, or `signal`'s reason. */
  async ready(signal: AbortSignal): Promise<Attachment> {
    this.start();
    for (;;) {
      signal.throwIfAborted();
      if (this.step.at === "ready") return this.step.attachment;
      if (this.step.at === "failed") throw new UploadFailed(this.step.failure);
      if (this.#ended !== null) throw this.#ended;
      await this.#change(signal);
    }
  }

  /** Begins, or goes on where it stopped. */
  start(): void {
    if (this.#run !== null || this.step.at === "ready" || this.step.at === "failed") return;
    const run = new AbortController();
    this.#run = run;
    this.#ended = null;
    const { id } = this.file;
    void this.desk
      .turn(id, run.signal, () => this.#go({ at: "waiting" }), () => this.#work(run.signal))
      .catch(() => {
        if (!run.signal.aborted) this.#giveUp(NOT_ARRIVED, true);
      })
      .finally(() => {
        if (this.#run === run) this.#run = null;
      });
  }

  /** The same file from the start. */
  retry(): void {
    this.#attempt = this.#tries = 0;
    this.#go({ at: "waiting" });
    this.start();
  }

  /** The server does not have it any more. */
  async renew(): Promise<void> {
    this.stop();
    await this.#keep({ arrivedAs: null, attachment: null });
    this.step = { at: "waiting" };
  }

  /** A good moment to go on. */
  wake(): void {
    this.#endPause?.();
    if (this.#ended !== null) this.start();
  }

  stop(): void {
    this.#run?.abort();
    this.#run = null;
    this.#endPause?.();
  }

  async #work(signal: AbortSignal): Promise<void> {
    // Another tab may have come further.
    const kept = (await (await this.desk.store).files())?.find(({ id }) => id === this.file.id);
    if (kept !== undefined) this.#file = kept;
    while (!signal.aborted) {
      try {
        const attachment = this.file.attachment ?? (await this.#send(signal));
        return this.#go({ at: "ready", attachment }, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof UploadFailed) return this.#giveUp(error.code, false);
        // Whoever is signed in, in another tab, goes on.
        if (error instanceof SessionEnded) return this.#end(error);
        // What the server does not have, is sent again.
        if (error instanceof Refused && error.code === "attachment_not_ready") await this.#keep({ arrivedAs: null });
        else if (error instanceof Refused && isFinal(error)) return this.#giveUp(error.code, false);
        if (this.#tries >= MAX_TRIES) return this.#giveUp(NOT_ARRIVED, true);
        this.#go({ at: "waiting" }, signal);
        await this.#pause((error instanceof Refused ? error.retryAfterMs : null) ?? fullJitter(++this.#attempt), signal);
      }
    }
  }

  async #send(signal: AbortSignal): Promise<Attachment> {
    const { desk } = this;
    const { caseId } = this.file;
    const arrivedAs = this.file.arrivedAs ?? (await this.#transfer(signal));
    this.#go({ at: "checking" }, signal);
    let verified = await desk.verify(caseId, arrivedAs);
    while (verified.status === "scanning") {
      await this.#pause(SCAN_MS, signal);
      signal.throwIfAborted();
      verified = await desk.verify(caseId, arrivedAs);
    }
    await this.#keep({ attachment: verified.attachment });
    return verified.attachment;
  }

  /** Gives the server's id of it, once all of it is there. */
  async #transfer(signal: AbortSignal): Promise<string> {
    const { desk } = this;
    const { caseId, name, contentType, size } = this.file;
    this.#go({ at: "preparing" }, signal);
    const content = await this.content();
    if (content === null) throw new UploadFailed(FILE_LOST);
    const sha256 = (this.#sha256 ??= await desk.sha256(content).catch(() => null));
    if (sha256 === null) {
      // Its owner has moved or changed the file that they chose: there may be a copy.
      if (this.chosen === null) throw new UploadFailed(FILE_LOST);
      this.chosen = null;
      return this.#transfer(signal);
    }
    const { attachmentId, upload } = await desk.request(caseId, { name, contentType, size, sha256 });
    signal.throwIfAborted();
    this.#tries++;
    this.#go({ at: "sending", sent: 0 }, signal);
    const status = await desk.put(upload, content, (sent) => this.#go({ at: "sending", sent }, signal), signal);
    // 412: an earlier request had arrived after all, though its answer did not.
    if (status >= 300 && status !== 412) throw new Unreachable(`the file was not taken: ${status}`);
    await this.#keep({ arrivedAs: attachmentId });
    return attachmentId;
  }

  async #keep(change: Partial<KeptFile>): Promise<void> {
    this.#file = { ...this.#file, ...change };
    await (await this.desk.store).changeFile(this.file.id, change);
  }

  #end(error: SessionEnded): void {
    this.#run = null;
    this.#ended = error;
    this.#go({ at: "waiting" });
  }

  #giveUp(failure: string, again: boolean): void {
    this.#go({ at: "failed", failure, again });
  }

  /** What was begun before it was stopped says nothing any more. */
  #go(step: Step, signal?: AbortSignal): void {
    if (signal?.aborted) return;
    this.step = step;
    this.changed();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        unwatch();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const unwatch = this.watch(done);
      signal.addEventListener("abort", done);
    });
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#endPause = null;
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#endPause = end;
    });
  }
}
