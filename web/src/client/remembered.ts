/**
 * The highest record of one case that this browser has seen to hold, over all sessions: a thread that no longer has it was
 * cut, and one that has another in its place was rewritten, however well its chain was computed anew. Owns the comparison,
 * once for each time that the thread is read from nothing, and how far what is kept has moved on.
 *
 * A case that this browser does not know is taken as it is. What lies between the remembered record and the page on screen
 * is not fetched for this: pages link among themselves as they are read, and on the way back they come by that record.
 */

import type { Api } from "./api.ts";
import type { Head, Tampering } from "./chain.ts";
import type { HeadStore } from "./store.ts";
import type { Thread } from "./thread.ts";
import type { MessagePage } from "./wire.ts";

export interface RememberedOptions {
  caseId: string;
  api: Api;
  thread: Thread;
  heads: Promise<HeadStore>;
}

export class Remembered {
  /** How far what is kept has come by this tab. */
  #kept = -1;

  constructor(private readonly options: RememberedOptions) {}

  /** Before the latest page of a thread is added to it: what is wrong with it, by what was seen before. */
  async compare({ records }: MessagePage): Promise<Tampering | null> {
    const { caseId, api, thread, heads } = this.options;
    const known = await (await heads).head(caseId);
    thread.known = known;
    // The thread itself looks at those that it is given.
    if (known === null || records.some(({ seq }) => seq === known.seq)) return null;
    // Asked for after it was known to be there: another tab may have seen more than the page that was asked for before.
    const page = await api.messages(caseId, { before: known.seq + 1 }, 1);
    return faultBy(known, page);
  }

  /** What the thread holds by now vouches for more: keeps its head, unless there is something wrong with it. */
  follow(): void {
    const { caseId, thread, heads } = this.options;
    const last = thread.records.at(-1);
    if (last === undefined || thread.tampered !== null || last.seq <= this.#kept) return;
    this.#kept = last.seq;
    void heads.then((store) => store.putHead(caseId, { seq: last.seq, hash: last.hash }));
  }
}

function faultBy(known: Head, { records, head }: MessagePage): Tampering | null {
  const record = records.find(({ seq }) => seq === known.seq);
  if (record === undefined) return { what: "cut", seq: Math.min(head + 1, known.seq) };
  return record.hash === known.hash ? null : { what: "rewritten", seq: known.seq };
}
