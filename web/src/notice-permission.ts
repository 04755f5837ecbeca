/**
 * Whether this browser shows notices, and whether to offer it. Asks the browser on a click only, and never again once
 * somebody has said no to either of them.
 */

import { Changes } from "./client/changes.ts";

/** What is remembered: that it was dismissed, and nothing about whom. */
const DISMISSED = "case-chat.notices-dismissed";

/** `off`: nobody has answered the browser yet. */
export type NoticeState = "on" | "off" | "blocked" | "unsupported";

export class NoticePermission extends Changes {
  /** Refused just now, so that it can be said once what that means. */
  refused = false;
  readonly #supported = "Notification" in globalThis && "serviceWorker" in navigator;
  #dismissed = remembered();

  constructor() {
    super();
    // Somebody may answer in the browser's own settings.
    const asked = navigator.permissions?.query({ name: "notifications" });
    asked?.then((status) => status.addEventListener("change", () => this.changed())).catch(() => undefined);
  }

  get state(): NoticeState {
    if (!this.#supported) return "unsupported";
    const { permission } = Notification;
    return permission === "granted" ? "on" : permission === "denied" ? "blocked" : "off";
  }

  get granted(): boolean {
    return this.state === "on";
  }

  get offered(): boolean {
    return this.state === "off" && !this.#dismissed;
  }

  /** To be called on a click. */
  async ask(): Promise<void> {
    const answer = await Notification.requestPermission();
    this.refused = answer === "denied";
    this.changed();
  }

  dismiss(): void {
    this.refused = false;
    this.#dismissed = true;
    remember();
    this.changed();
  }
}

/** A browser that keeps nothing for this page offers it once a page. */
function remembered(): boolean {
  try {
    return localStorage.getItem(DISMISSED) !== null;
  } catch {
    return false;
  }
}

function remember(): void {
  try {
    localStorage.setItem(DISMISSED, "yes");
  } catch {
    // Then it is dismissed for as long as the page lasts.
  }
}
