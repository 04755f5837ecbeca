/**
 * Reads one case's thread from the server into `Thread`, and keeps it whole: the latest page, what came since, what was
 * before. Owns the requests, which of their answers still count, and whether they answer what was asked; it draws no
 * conclusion from a failure. Of a thread that is not what it was, it reads nothing newer.
 */

import { hashAhead } from "./ahead.ts";
import type { Api, Cursor } from "./api.ts";
import { Unreachable } from "./failure.ts";
import type { Remembered } from "./remembered.ts";
import type { Thread } from "./thread.ts";
import type { MessagePage, Seq, ThreadRecord } from "./wire.ts";

/** Pages read in one go: 20,000 records. A thread that runs further ahead is caught up by the next sync. */
const MAX_PAGES = 200;

export interface ReaderOptions {
  caseId: string;
  api: Api;
  thread: Thread;
  remembered: Remembered;
  /** A page has been added, and only what holds is left of it. `fresh`: the records that were not held before, where some were. */
  onPage: (page: MessagePage, fresh: readonly ThreadRecord[]) => void;
}

export class Reader {
  /** Raised whenever the records are forgotten: a page asked for before that belongs to what is gone. */
  epoch = 0;
  #reading: Promise<void> | null = null;

  constructor(private readonly options: ReaderOptions) {}

  /** One reader at a time: whoever comes second waits for the first, who reads on until nothing is missing. */
  catchUp(): Promise<void> {
    if (this.#reading !== null) return this.#reading;
    const reading = this.#readOn(this.epoch).finally(() => {
      if (this.#reading === reading) this.#reading = null;
    });
    this.#reading = reading;
    return reading;
  }

  /** Reads what there is now, rather than when somebody last asked. */
  async catchUpAnew(): Promise<void> {
    await this.#reading?.catch(() => undefined);
    return this.catchUp();
  }

  /** The page before the oldest record held. */
  async earlier(): Promise<void> {
    const { thread } = this.options;
    const { epoch } = this;
    const { head, tail } = thread;
    const page = await this.#page({ before: tail });
    if (epoch !== this.epoch) return;
    if (page.records.every(({ seq }) => seq !== tail - 1)) thread.tamper({ what: "cut", seq: tail - 1 });
    this.#add(page, head);
  }

  /** Holds every record from `seq` to the head. Throws when it cannot be had. */
  async readBackTo(seq: Seq): Promise<void> {
    const { thread } = this.options;
    await this.catchUpAnew();
    while (thread.loaded && thread.tail > seq) {
      const { tail } = thread;
      await this.earlier();
      if (thread.tail === tail) throw new Unreachable("no earlier records came");
    }
    if (!thread.loaded || thread.hasGap) throw new Unreachable("not every record came");
  }

  /** Nobody waits for pages of what is forgotten; those still on their way are dropped when they come. */
  forget(): void {
    this.epoch++;
    this.#reading = null;
    this.options.thread.forget();
  }

  async #readOn(epoch: number): Promise<void> {
    const { thread, remembered } = this.options;
    if (!thread.loaded) {
      const latest = await this.#page();
      const fault = await remembered.compare(latest);
      if (epoch !== this.epoch) return;
      if (fault !== null) thread.tamper(fault);
      this.#add(latest, null);
      if (!thread.hasGap) return;
    }
    for (let pages = 0; pages < MAX_PAGES && thread.tampered === null; pages++) {
      const { head } = thread;
      const page = await this.#page({ after: head });
      if (epoch !== this.epoch) return;
      if (page.records.length > 0 && page.records.every(({ seq }) => seq > head + 1)) thread.tamper({ what: "cut", seq: head + 1 });
      this.#add(page, head);
      // No progress means that the server has nothing newer to give just now.
      if (thread.head === head || !(page.hasMore || thread.hasGap)) return;
    }
  }

  async #page(cursor?: Cursor): Promise<MessagePage> {
    const page = await this.options.api.messages(this.options.caseId, cursor);
    await hashAhead(page.records);
    return page;
  }

  /** `head` was held when the page was asked for; null when nothing was. */
  #add(page: MessagePage, head: Seq | null): void {
    const { thread, onPage } = this.options;
    if (head !== null && page.head < head) thread.tamper({ what: "cut", seq: page.head + 1 });
    const records = thread.addPage(page);
    onPage({ ...page, records }, head === null ? [] : records.filter(({ seq }) => seq > head));
  }
}
