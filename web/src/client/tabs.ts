/**
 * What several tabs of one browser share: a store, turns, and word of a change. The page hands in the browser's own;
 * without them, a client is alone and remembers for as long as the page lasts.
 */

import { MemoryStore, type UnsentStore } from "./store.ts";
import type { Seq } from "./wire.ts";

/** As `navigator.locks` has it. */
export interface Locks {
  request(name: string, options: { signal?: AbortSignal; ifAvailable?: boolean }, held: (lock: unknown) => Promise<void>): Promise<void>;
}

/** As `BroadcastChannel` has it. */
export interface Channel {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(notice: Notice): void;
  close(): void;
}

/** What tabs tell each other: ids and numbers, never what somebody wrote. */
export type Notice =
  | { type: "changed"; caseId: string }
  | { type: "drafted"; caseId: string }
  | { type: "stored"; caseId: string; clientId: string; seq: Seq }
  | { type: "discarded"; caseId: string; clientId: string }
  | { type: "cleared" };

export interface Tabs {
  openStore: (owner: string) => Promise<UnsentStore>;
  locks: Locks;
  openChannel: (name: string) => Channel;
}

/** For a tab that knows of no other. */
export function alone(): Tabs {
  return {
    openStore: async () => new MemoryStore(),
    locks: new LocalLocks(),
    openChannel: () => ({ onmessage: null, postMessage: () => undefined, close: () => undefined }),
  };
}

/** Turns within one page, where the browser has no locks: two tabs may then send at once, which the server sorts out. */
export class LocalLocks implements Locks {
  readonly #queues = new Map<string, (() => void)[]>();

  async request(
    name: string,
    { signal, ifAvailable }: { signal?: AbortSignal; ifAvailable?: boolean },
    held: (lock: unknown) => Promise<void>,
  ): Promise<void> {
    const queue = this.#queues.get(name);
    if (queue === undefined) this.#queues.set(name, []);
    else if (ifAvailable === true) return held(null);
    else await this.#turn(queue, signal);
    try {
      await held(name);
    } finally {
      const next = this.#queues.get(name)?.shift();
      if (next === undefined) this.#queues.delete(name);
      else next();
    }
  }

  #turn(queue: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push(resolve);
      signal?.addEventListener("abort", () => {
        const place = queue.indexOf(resolve);
        if (place < 0) return;
        queue.splice(place, 1);
        reject(signal.reason as Error);
      });
    });
  }
}
