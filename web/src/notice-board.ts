/**
 * Where notices hang while no page is in view: the system's own, through the service worker. One for each case, rung once
 * for each message however many windows hear of it, and taken down when what it is about was read. Keeps nothing.
 */

import type { NoticeData } from "./notice-data.ts";
import type { NoticeText } from "./notice.ts";
import { serviceWorkerUrl } from "./own-script.ts";

/** Windows hear of a message at about the same time. Whichever comes later than this, comes from a long sleep. */
const TOLD_MS = 60_000;

export class NoticeBoard {
  #registration: Promise<ServiceWorkerRegistration | null> | null = null;

  /** To be called once notices are allowed. What did not work is tried again the next time. */
  async open(): Promise<ServiceWorkerRegistration | null> {
    const registration = await (this.#registration ??= register());
    if (registration === null) this.#registration = null;
    return registration;
  }

  /** `key` tells one message from the next. */
  async show({ title, body }: NoticeText, data: NoticeData, key: string): Promise<void> {
    const registration = await this.open();
    if (registration === null) return;
    const options = { body, data, tag: data.caseId, renotify: true, dir: "auto", icon: "/favicon.svg" } as const;
    await once(`case-chat notice ${data.owner} ${key}`, () => registration.showNotification(title, options));
  }

  /** Takes down what is hung up for this person and is `over`. */
  async close(owner: string, over: (caseId: string) => boolean): Promise<void> {
    if (!("serviceWorker" in navigator)) return;
    const registration = await navigator.serviceWorker.getRegistration("/").catch(() => undefined);
    for (const notice of (await registration?.getNotifications()) ?? []) {
      const data = notice.data as NoticeData | null;
      if (data?.owner === owner && over(data.caseId)) notice.close();
    }
  }
}

async function register(): Promise<ServiceWorkerRegistration | null> {
  try {
    await navigator.serviceWorker.register(serviceWorkerUrl());
    return await navigator.serviceWorker.ready;
  } catch {
    // A browser without it shows no notices; the page itself still does.
    return null;
  }
}

/** The first window does it, and for a while no other. */
async function once(name: string, act: () => Promise<void>): Promise<void> {
  await new Promise<void>((done) => {
    void navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock !== null) await act().catch(() => undefined);
      done();
      if (lock !== null) await new Promise((passed) => setTimeout(passed, TOLD_MS));
    });
  });
}
