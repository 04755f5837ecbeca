/**
 * Whether this browser shows notices, and whether to offer it. Asks the browser on a click only, and never again once
 * somebody has said no to either of them.
 */

import { Changes } from "./client/changes.ts";
import { device } from "./device.ts";

/** `off`: nobody has answered the browser yet. */
export type NoticeState = "on" | "off" | "blocked" | "unsupported";

export class NoticePermission extends Changes {
  /** Refused just now, so that it can be said once what that means. */
  refused = false;
  readonly #supported = "Notification" in globalThis && "serviceWorker" in navigator;

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
    return this.state === "off" && device.get("notices-dismissed") === null;
  }

  /** To be called on a click. */
  async ask(): Promise<void> {
    const answer = await Notification.requestPermission();
    this.refused = answer === "denied";
    this.changed();
  }

  dismiss(): void {
    this.refused = false;
    device.set("notices-dismissed", "yes");
    this.changed();
  }
}
