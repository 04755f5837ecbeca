/**
 * What this browser is to remember for whoever uses it: how the page speaks and behaves. Nothing of a case and nobody's
 * name is in it, so it stays at sign-out. A browser that keeps nothing remembers for as long as the page lasts.
 */

import { Changes } from "./client/changes.ts";

type Choice = "language" | "enter" | "notices-dismissed";

class Device extends Changes {
  readonly #choices = new Map<Choice, string | null>();

  get(choice: Choice): string | null {
    if (!this.#choices.has(choice)) this.#choices.set(choice, read(choice));
    return this.#choices.get(choice) ?? null;
  }

  set(choice: Choice, value: string): void {
    this.#choices.set(choice, value);
    try {
      localStorage.setItem(keyOf(choice), value);
    } catch {
      // Then it is chosen for as long as the page lasts.
    }
    this.changed();
  }

  /** Whether Enter sends, rather than starting a line. */
  get enterSends(): boolean {
    return this.get("enter") !== "breaks";
  }
}

function read(choice: Choice): string | null {
  try {
    return localStorage.getItem(keyOf(choice));
  } catch {
    return null;
  }
}

function keyOf(choice: Choice): string {
  return `case-chat.${choice}`;
}

export const device = new Device();
