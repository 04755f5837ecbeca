/**
 * What is known of one thread, and what its writer still wants to add. Pure state: no network, no clock.
 *
 * Owns the invariants of the display: records are contiguous and ascending, each holds and builds on the one before, none
 * is there twice, and a message is either pending or a record, never both. Once one did not hold, nothing is added at the
 * end any more; what is held stays, and what it vouches for can still be read.
 */

import { faultOf, isWhole, type Head, type Tampering } from "./chain.ts";
import type { MessagePage, Seq, ThreadRecord } from "./wire.ts";

export type MessageRecord = Extract<ThreadRecord, { kind: "message" }>;

/**
 * `sending`: on its way. `waiting`: will be tried again by itself. `failed`: needs its writer.
 * `sent`: stored, though the records before it are not here yet.
 */
export type PendingState = "sending" | "waiting" | "failed" | "sent";

/** A message as its writer wrote it, and what became of it so far. What a browser keeps of it, is this. */
export interface Written {
  /** Stays the same over all tries. */
  readonly clientId: string;
  readonly body: string;
  /** This browser's ids of the files that go with it, in order. */
  readonly files: readonly string[];
  /** The highest seq seen when it was written: how far down the server looks for an earlier try. -1: none was seen. */
  readonly after: Seq;
  /** The userId of the person it was written to; null when that was not known. */
  readonly to: string | null;
  /** Why it failed: the contract's code, or one of the outbox's own. */
  readonly failure: string | null;
  /** Whether what was written after it waits for it: it failed, but may yet go out, and must not be overtaken. */
  readonly holds: boolean;
}

/** A message not yet known to be stored. */
export interface Pending extends Written {
  readonly state: PendingState;
}

/** Pushes held while the records before them are fetched; beyond it they are dropped and fetched as well. */
const MAX_EARLY = 200;

export class Thread {
  /** Contiguous, ascending by seq. */
  records: readonly ThreadRecord[] = [];
  pending: readonly Pending[] = [];
  /** Whether a page has been read: before that, nothing can be placed. */
  loaded = false;
  /** What was wrong first; null while all holds. */
  tampered: Tampering | null = null;
  /** A record that was there in an earlier session; null where none is known. */
  known: Head | null = null;
  /** Whether what is before the tail does not hold, so that nothing of it can be placed. */
  #torn = false;
  readonly #early = new Map<Seq, ThreadRecord>();
  /** Where pending messages are known to be stored. */
  readonly #stored = new Map<string, Seq>();

  /** The highest seq seen without a gap below it; -1 before the first. */
  get head(): Seq {
    return this.records.at(-1)?.seq ?? -1;
  }

  /** The lowest seq held. */
  get tail(): Seq {
    return this.records[0]?.seq ?? 0;
  }

  /** Whether there are records before, and they may be what they were. */
  get hasEarlier(): boolean {
    return this.tail > 0 && !this.#torn && this.tail < (this.tampered?.seq ?? Infinity);
  }

  /** How much of it is held, of 0 to 1. */
  get heldPart(): number {
    return this.loaded ? (this.head - this.tail + 1) / (this.head + 1) : 0;
  }

  /** Pushes have come whose predecessors are missing: fetch `after` the head. */
  get hasGap(): boolean {
    return this.#early.size > 0;
  }

  find(clientId: string): Pending | undefined {
    return this.pending.find((message) => message.clientId === clientId);
  }

  /** Where that message is among the records held; null when it is not. */
  seqOf(clientId: string): Seq | null {
    return this.records.find((record) => record.kind === "message" && record.clientId === clientId)?.seq ?? null;
  }

  /**
   * A page of any kind: the latest one, one before the tail, one after the head, or one seen already. Gives the records of
   * it that are held now.
   */
  addPage({ records }: Pick<MessagePage, "records">): ThreadRecord[] {
    if (!this.loaded) this.#begin(records);
    else this.#addOlder(records.filter((record) => record.seq < this.tail));
    this.loaded = true;
    for (const record of records) this.#add(record);
    this.#settle();
    return records.filter((record) => isWhole(record) && this.#at(record.seq)?.hash === record.hash);
  }

  push(record: ThreadRecord): void {
    this.#add(record);
    this.#settle();
  }

  /** A message that one has just written, here. */
  write(message: Written): void {
    this.pending = [...this.pending, { ...message, state: "sending" }];
  }

  /** What is kept of a message, written before this page was loaded or in another tab: it counts, but for its state. */
  keep(message: Written): void {
    const known = this.find(message.clientId);
    if (known?.state === "sent") return;
    const state = message.failure !== null ? "failed" : known === undefined || known.state === "failed" ? "waiting" : known.state;
    if (known !== undefined) this.#change(message.clientId, { ...message, state });
    else if (this.seqOf(message.clientId) === null) this.pending = [...this.pending, { ...message, state }];
  }

  /** The order in which they were written, where other tabs wrote some of them. */
  order(clientIds: readonly string[]): void {
    const place = (message: Pending) => (clientIds.indexOf(message.clientId) + clientIds.length + 1) % (clientIds.length + 1);
    this.pending = this.pending.toSorted((a, b) => place(a) - place(b));
  }

  mark(clientId: string, state: Exclude<PendingState, "failed">): void {
    this.#change(clientId, { state, failure: null, holds: false });
  }

  fail(clientId: string, failure: string, holds: boolean): void {
    this.#change(clientId, { state: "failed", failure, holds });
  }

  /** It is stored as that record. It stays to be seen until that record can be shown, or lies in what was not read yet. */
  stored(clientId: string, seq: Seq): void {
    this.#stored.set(clientId, seq);
    this.mark(clientId, "sent");
    this.#settle();
  }

  /** Its writer knows that someone else will read it. */
  readdress(clientId: string, to: string | null): void {
    this.#change(clientId, { to });
  }

  /** Only for a message known not to be among the records read since its old anchor, or never sent with one. */
  reanchor(clientId: string): void {
    this.#change(clientId, { after: this.head });
  }

  discard(clientId: string): void {
    this.pending = this.pending.filter((message) => message.clientId !== clientId);
    this.#stored.delete(clientId);
  }

  /** It is not what it was, from that record on. The first word of it counts. */
  tamper(found: Tampering): void {
    this.tampered ??= found;
    this.#early.clear();
  }

  /** Forgets the records, for a thread that is no longer the one that was read. What was written stays. */
  forget(): void {
    this.records = [];
    this.loaded = this.#torn = false;
    this.tampered = this.known = null;
    this.#early.clear();
  }

  #at(seq: Seq): ThreadRecord | undefined {
    return this.records[seq - this.tail];
  }

  #fault(record: ThreadRecord, before: Head | null): Tampering | null {
    const isOther = record.seq === this.known?.seq && record.hash !== this.known.hash;
    return faultOf(record, before) ?? (isOther ? { what: "rewritten", seq: record.seq } : null);
  }

  /**
   * The first page, on and back from the record that is known, else back from the newest: a hash vouches for what is before
   * it. Of a page that is another than the known one, all may be; so nothing of it is taken.
   */
  #begin(page: readonly ThreadRecord[]): void {
    const records = page.filter(({ seq }) => seq < (this.tampered?.seq ?? Infinity));
    const known = records.findIndex(({ seq }) => seq === this.known?.seq);
    let from = known < 0 ? records.length - 1 : known;
    for (let fault; from >= 0 && (fault = this.#fault(records[from]!, null)) !== null; from--) this.tamper(fault);
    if (from < 0 || this.tampered?.what === "rewritten") return;
    const held = [records[from]!];
    for (const record of this.tampered === null ? records.slice(from + 1) : []) {
      const fault = this.#fault(record, held.at(-1)!);
      if (fault !== null) {
        this.tamper(fault);
        break;
      }
      held.push(record);
    }
    this.records = held;
    this.#addOlder(records.slice(0, from));
  }

  /** Back from the tail, which says what the one before it has to be. */
  #addOlder(records: readonly ThreadRecord[]): void {
    const held: ThreadRecord[] = [];
    for (const record of records.toReversed()) {
      const after = held[0] ?? this.records[0];
      // Of a page that does not reach the tail nothing can be placed.
      if (after === undefined || (held.length === 0 && record.seq !== after.seq - 1)) return;
      const fault = this.#fault(record, null) ?? faultOf(after, record);
      if (fault !== null) {
        this.#torn = true;
        this.tamper(fault);
        break;
      }
      held.unshift(record);
    }
    if (held.length > 0) this.records = [...held, ...this.records];
  }

  #add(record: ThreadRecord): void {
    if (this.tampered !== null) return;
    if (!isWhole(record)) return this.tamper({ what: "altered", seq: record.seq });
    if (this.loaded && record.seq <= this.head) return this.#compare(record);
    if (this.#early.size < MAX_EARLY || record.seq === this.head + 1) this.#early.set(record.seq, record);
  }

  /** One that is held already, or lies in what was not read yet. */
  #compare(record: ThreadRecord): void {
    const held = this.#at(record.seq);
    if (held !== undefined && held.hash !== record.hash) this.tamper({ what: "rewritten", seq: record.seq });
  }

  /** Moves what has become contiguous to the records, and drops from pending what has become a record. */
  #settle(): void {
    if (!this.loaded) return;
    for (const [seq, record] of this.#early) {
      if (seq > this.head) continue;
      this.#early.delete(seq);
      this.#compare(record);
    }
    const next: ThreadRecord[] = [];
    for (let seq = this.head + 1, record; (record = this.#early.get(seq)) !== undefined; seq++) {
      const fault = this.#fault(record, next.at(-1) ?? this.records.at(-1) ?? null);
      if (fault !== null) {
        this.tamper(fault);
        break;
      }
      this.#early.delete(seq);
      next.push(record);
    }
    if (next.length > 0) this.records = [...this.records, ...next];
    if (this.pending.length === 0) return;
    const shown = new Set(this.records.map((record) => (record.kind === "message" ? record.clientId : null)));
    for (const [clientId, seq] of this.#stored) if (seq <= this.head) shown.add(clientId) && this.#stored.delete(clientId);
    this.pending = this.pending.filter((message) => !shown.has(message.clientId));
  }

  #change(clientId: string, change: Partial<Pending>): void {
    this.pending = this.pending.map((message) => (message.clientId === clientId ? { ...message, ...change } : message));
  }
}
