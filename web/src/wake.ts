/** Tells the headless client of the moments that only a page knows of: in view or out of it, network back, network gone. */

import type { Client } from "./client/client.ts";

/** A push that got lost costs at most this long while someone is looking. */
const LOOK_MS = 2 * 60_000;
/** Where nothing is pushed, this is how late a message may come. */
const GLANCE_MS = 12_000;
/** How long a connection that is only half there may go unnoticed while someone is looking. */
const PROBE_MS = 60_000;

export function watchPage(client: Client): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const inView = (act: () => void) => () => {
    if (document.visibilityState === "visible") act();
  };
  const wakeInView = inView(() => client.wake());

  addEventListener("focus", wakeInView, { signal });
  addEventListener("online", () => client.wake(), { signal });
  addEventListener("offline", () => client.interrupt(), { signal });
  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? client.wake() : client.rest()), { signal });
  // A page that is left need not have been hidden before.
  addEventListener("pagehide", () => client.rest(), { signal });
  const intervals = [
    setInterval(wakeInView, LOOK_MS),
    setInterval(inView(() => client.glance()), GLANCE_MS),
    setInterval(inView(() => client.probe()), PROBE_MS),
  ];

  return () => {
    stopping.abort();
    for (const interval of intervals) clearInterval(interval);
  };
}
