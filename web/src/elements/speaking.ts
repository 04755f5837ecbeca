/**
 * For an element that stands on a page by itself: it speaks the page's language, and says so, once that is loaded. Nothing
 * is drawn before.
 */

import type { LitElement, ReactiveController } from "lit";
import type { Client } from "../client/client.ts";
import { language } from "../language/language.ts";
import { parts } from "../parts.ts";

export class Speaking implements ReactiveController {
  #stop: (() => void) | null = null;

  constructor(private readonly host: LitElement & { client: Client | null }) {
    host.addController(this);
  }

  get ready(): boolean {
    return language.ready;
  }

  hostConnected(): void {
    this.#stop = language.watch(() => this.host.requestUpdate());
  }

  hostUpdate(): void {
    const { client } = this.host;
    // A page that asks for no language is spoken to in the browser's.
    if (client?.locale !== undefined) void parts.load(() => language.use([client.locale!]));
    else if (client !== null && !language.chosen) void parts.load(() => language.use(navigator.languages));
    if (!language.ready) return;
    this.host.lang = language.code;
    this.host.dir = language.dir;
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}
