/** What the tabs of one browser share, simulated: a store that outlives them, locks that do not, and a channel. */

import { MemoryStore, type UnsentStore } from "../../src/client/store.ts";
import type { Channel, Locks, Notice, Tabs } from "../../src/client/tabs.ts";
import type { Clock, Zone } from "./clock.ts";

/** A disk, now and then a slow one. */
const DISK_MS = 60;
/** Word from one tab to another. */
const WORD_MS = 40;

interface Wish {
  zone: Zone;
  grant: () => void;
}

interface Listening {
  name: string;
  zone: Zone;
  channel: Channel;
}

export class Browser {
  /** By owner. */
  readonly disks = new Map<string, MemoryStore>();
  /** Messages that have been on a disk at some time. */
  readonly kept = new Set<string>();
  readonly #locks = new Map<string, { holder: Zone; queue: Wish[] }>();
  #channels: Listening[] = [];
  #diskFree = 0;

  constructor(private readonly clock: Clock) {}

  tabs(zone: Zone): Tabs {
    return { openStore: async (owner) => this.#store(owner, zone), locks: this.#locksFor(zone), openChannel: (name) => this.#channel(name, zone) };
  }

  /** The page is gone: its turns pass on, its channels fall silent. */
  crashed(zone: Zone): void {
    this.#channels = this.#channels.filter((one) => one.zone !== zone);
    for (const [name, lock] of this.#locks) {
      lock.queue = lock.queue.filter((wish) => wish.zone !== zone);
      if (lock.holder === zone) this.#release(name);
    }
  }

  #disk(owner: string): MemoryStore {
    const disk = this.disks.get(owner) ?? new MemoryStore();
    this.disks.set(owner, disk);
    return disk;
  }

  #store(owner: string, zone: Zone): UnsentStore {
    const disk = this.#disk(owner);
    const does = <Method extends (...args: never[]) => Promise<unknown>>(act: Method) =>
      ((...args) => this.#write(zone, () => act(...args))) as Method;
    return {
      // In no order.
      messages: does(async () => (await disk.messages()).toSorted(() => this.clock.random() - 0.5)),
      put: does((message) => {
        this.kept.add(message.clientId);
        return disk.put(message);
      }),
      change: does((clientId, change) => disk.change(clientId, change)),
      remove: does((clientId) => disk.remove(clientId)),
      drafts: does(() => disk.drafts()),
      putDraft: does((draft) => disk.putDraft(draft)),
      files: does(() => disk.files()),
      putFile: does((file, content) => disk.putFile(file, content)),
      changeFile: does((id, change) => disk.changeFile(id, change)),
      content: does((id) => disk.content(id)),
      removeFile: does((id) => disk.removeFile(id)),
      head: does((caseId) => disk.head(caseId)),
      putHead: does((caseId, head) => disk.putHead(caseId, head)),
      clear: does(() => disk.clear()),
    };
  }

  /** Done in the order asked for; whoever asked may be gone when it is done, and hears of it some time after. */
  #write<Answer>(zone: Zone, act: () => Promise<Answer>): Promise<Answer> {
    const { clock } = this;
    this.#diskFree = Math.max(this.#diskFree, clock.now + clock.between(0, DISK_MS));
    return new Promise((resolve, reject) => {
      clock.after(this.#diskFree - clock.now, () => {
        if (!zone.alive && clock.chance(0.5)) return;
        const done = act();
        clock.after(clock.between(0, DISK_MS), () => done.then(resolve, reject), zone);
      }, null);
    });
  }

  #locksFor(zone: Zone): Locks {
    return {
      request: async (name, { signal, ifAvailable }, held) => {
        const lock = this.#locks.get(name);
        if (lock !== undefined && ifAvailable === true) return held(null);
        if (lock === undefined) this.#locks.set(name, { holder: zone, queue: [] });
        else {
          await new Promise<void>((resolve, reject) => {
            const wish = { zone, grant: resolve };
            lock.queue.push(wish);
            signal?.addEventListener("abort", () => {
              if (!lock.queue.includes(wish)) return;
              lock.queue.splice(lock.queue.indexOf(wish), 1);
              reject(new Error("aborted"));
            });
          });
        }
        try {
          await held(name);
        } finally {
          if (zone.alive) this.#release(name);
        }
      },
    };
  }

  #release(name: string): void {
    const lock = this.#locks.get(name)!;
    const next = lock.queue.shift();
    if (next === undefined) return void this.#locks.delete(name);
    lock.holder = next.zone;
    this.clock.after(0, next.grant, next.zone);
  }

  #channel(name: string, zone: Zone): Channel {
    const channel: Channel = {
      onmessage: null,
      postMessage: (notice: Notice) => {
        for (const other of this.#channels) {
          if (other.name !== name || other.channel === channel) continue;
          this.clock.after(this.clock.between(0, WORD_MS), () => other.channel.onmessage?.({ data: notice } as MessageEvent), other.zone);
        }
      },
      close: () => (this.#channels = this.#channels.filter((one) => one.channel !== channel)),
    };
    this.#channels.push({ name, zone, channel });
    return channel;
  }
}
