/** One browser's tabs, for tests: a disk for each owner, locks, and word from one tab to the other. */

import { MemoryStore, type UnsentStore } from "../src/client/store.ts";
import { LocalLocks, type Channel, type Tabs } from "../src/client/tabs.ts";

export interface Browser extends Tabs {
  disks: Map<string, MemoryStore>;
  /** How the next tab gets at a disk: a test may put something in between. */
  access: (disk: MemoryStore) => UnsentStore;
}

/** What the tabs of one browser share. */
export function browser(): Browser {
  const disks = new Map<string, MemoryStore>();
  const shared: Browser = {
    disks,
    access: (disk) => disk,
    locks: new LocalLocks(),
    openStore: async (owner) => {
      if (!disks.has(owner)) disks.set(owner, new MemoryStore());
      return shared.access(disks.get(owner)!);
    },
    openChannel: (name) => {
      const channel: Channel = {
        onmessage: null,
        postMessage: (data) => {
          for (const other of channels) {
            if (other.name === name && other.channel !== channel) queueMicrotask(() => other.channel.onmessage?.({ data } as MessageEvent));
          }
        },
        close: () => channels.splice(0, channels.length, ...channels.filter((one) => one.channel !== channel)),
      };
      channels.push({ name, channel });
      return channel;
    },
  };
  const channels: { name: string; channel: Channel }[] = [];
  return shared;
}
