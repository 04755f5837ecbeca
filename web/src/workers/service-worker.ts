/**
 * Stands in for the page where only a service worker may: a notice that is shown through it can be clicked when no page
 * is in view. It keeps nothing, caches nothing and asks the network for nothing; it shows what the page tells it to.
 */

import type { NoticeData, OpenChat } from "../notice-data.ts";

declare const self: ServiceWorkerGlobalScope;

// Nothing is cached, so nothing of an older version is in use.
self.addEventListener("install", () => void self.skipWaiting());

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openChat(event.notification.data as NoticeData));
});

/** In a window that is open already, or in a new one. */
async function openChat({ link }: NoticeData): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const window = windows.find(({ focused }) => focused) ?? windows.find(({ visibilityState }) => visibilityState === "visible") ?? windows[0];
  if (window === undefined) return void (await self.clients.openWindow(`/${link}`));
  window.postMessage({ type: "open", link } satisfies OpenChat);
  await window.focus();
}
