/** Tells the headless client of the moments that only a page knows of: in view again, network back, network gone. */

import type { Client } from "./client/client.ts";

/** A push that got lost costs at most this long while someone is looking. */
const LOOK_MS = 2 * 60_000;

export function watchPage(client: Client): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const wakeInView = () => document.visibilityState === "visible" && client.wake();

  addEventListener("focus", wakeInView, { signal });
  addEventListener("online", () => client.wake(), { signal });
  addEventListener("offline", () => client.interrupt(), { signal });
  document.addEventListener("visibilitychange", wakeInView, { signal });
  const looking = setInterval(wakeInView, LOOK_MS);

  return () => {
    stopping.abort();
    clearInterval(looking);
  };
}
