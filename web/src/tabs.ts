/** What the tabs of this browser share, as the headless client wants it. Where the browser lacks a part, a tab is alone. */

import { openIndexedStore } from "./client/indexed-store.ts";
import { alone, type Tabs } from "./client/tabs.ts";

export function browserTabs(): Tabs {
  const { locks, openChannel } = alone();
  return {
    openStore: openIndexedStore,
    // Browsers have locks on pages that came over TLS only.
    locks: navigator.locks ?? locks,
    openChannel: typeof BroadcastChannel === "undefined" ? openChannel : (name) => new BroadcastChannel(name),
  };
}
