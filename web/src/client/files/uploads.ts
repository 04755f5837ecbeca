/**
 * The files that one person has chosen and not sent yet, over all cases: takes them in, finds them again after a reload,
 * and lets go of them. Owns which there are; how one gets to the server is `upload.ts`'s.
 */

import { v7 as uuidv7 } from "uuid";
import { Unreachable } from "../failure.ts";
import { contentTypeOf, fileName, refusalOf, type FilePolicy, type Refusal } from "./policy.ts";
import { FILE_LOST, Upload, UploadFailed, type UploadDesk } from "./upload.ts";

/** Another tab may be about to say whose a file is: so long it is nobody's at the earliest. */
const NOBODYS_AFTER_MS = 60 * 60_000;

/** A file as somebody gives it to the page. */
export interface Given extends Blob {
  readonly name: string;
}

export class Uploads {
  readonly #uploads = new Map<string, Upload>();
  /** Signed out: nothing is taken in any more. */
  #closed = false;

  constructor(
    private readonly desk: UploadDesk,
    readonly policy: FilePolicy,
  ) {}

  /** Begins to upload it, or says why not. */
  async choose(caseId: string, given: Given): Promise<Upload | Refusal> {
    const contentType = await contentTypeOf(given);
    const refusal = refusalOf({ contentType, size: given.size }, this.policy);
    if (refusal !== null) return refusal;
    const kept = { arrivedAs: null, attachment: null, chosenAt: Date.now() };
    const file = { id: uuidv7(), caseId, name: fileName(given.name), contentType, size: given.size, ...kept };
    const upload = new Upload(file, this.desk, given);
    if (this.#closed) return upload;
    this.#uploads.set(file.id, upload);
    void this.desk.store.then((store) => store.putFile(file, given));
    upload.start();
    return upload;
  }

  /** Undefined when it is not known here. */
  find(id: string): Upload | undefined {
    return this.#uploads.get(id);
  }

  /** Knows of what was kept: after a reload, or when another tab has taken a file in. False when that cannot be known just now. */
  async look(): Promise<boolean> {
    const files = await (await this.desk.store).files();
    for (const file of this.#closed ? [] : (files ?? [])) {
      if (!this.#uploads.has(file.id)) this.#uploads.set(file.id, new Upload(file, this.desk));
    }
    return files !== null;
  }

  /** Gives the server's ids of them once all are there. Throws UploadFailed, SessionEnded, or `signal`'s reason. */
  async ready(ids: readonly string[], signal: AbortSignal): Promise<string[]> {
    const missing = () => ids.some((id) => !this.#uploads.has(id));
    if (missing() && !(await this.look()) && missing()) throw new Unreachable("the browser's store does not answer");
    const attachments = ids.map(async (id) => {
      const upload = this.#uploads.get(id);
      if (upload === undefined) throw new UploadFailed(FILE_LOST);
      return (await upload.ready(signal)).id;
    });
    return Promise.all(attachments);
  }

  /** The server does not have them any more. */
  async renew(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.#uploads.get(id)?.renew()));
  }

  /** Another tab has it now, or is done with it. */
  release(id: string): void {
    this.#uploads.get(id)?.stop();
    this.#uploads.delete(id);
  }

  /** It has been sent, or nobody wants it any more. */
  drop(id: string): void {
    this.release(id);
    void this.desk.store.then((store) => store.removeFile(id));
  }

  /** Lets go of what no message and no draft goes with. */
  async sweep(wanted: ReadonlySet<string>): Promise<void> {
    for (const { id, chosenAt } of (await (await this.desk.store).files()) ?? []) {
      if (!wanted.has(id) && Date.now() - chosenAt > NOBODYS_AFTER_MS) this.drop(id);
    }
  }

  /** The network came back, or somebody looks. */
  wake(): void {
    for (const upload of this.#uploads.values()) upload.wake();
  }

  stop(): void {
    for (const upload of this.#uploads.values()) upload.stop();
  }

  /** Nothing of them stays, even of one that is being kept just now. */
  forget(): void {
    this.#closed = true;
    for (const id of this.#uploads.keys()) this.drop(id);
  }
}
