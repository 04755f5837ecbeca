/** The client for a page: with what tabs share, files hashed beside the page, and told of the moments that a page knows of. */

import { createClient as createHeadless, type Client, type ClientOptions } from "./client/client.ts";
import { hashBeside } from "./hashing.ts";
import { browserTabs } from "./tabs.ts";
import { watchPage } from "./wake.ts";

export function createClient(options: ClientOptions): Client {
  const client = createHeadless({ tabs: browserTabs(), sha256: hashBeside, ...options });
  let stopWatching: (() => void) | null = null;
  const look = () => (stopWatching ??= watchPage(client));
  const lookAway = () => {
    stopWatching?.();
    stopWatching = null;
  };
  return {
    ...client,

    start(): void {
      client.start();
      look();
    },

    stop(): void {
      lookAway();
      client.stop();
    },

    signOut(): Promise<void> {
      lookAway();
      return client.signOut();
    },

    abandon(): void {
      lookAway();
      client.abandon();
    },
  };
}
