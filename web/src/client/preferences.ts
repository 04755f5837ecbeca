/**
 * What this person wants to be told by mail, and whether mail reaches them. The server's answer is the truth; what is
 * chosen shows at once, and is taken back when the server will not have it. Owns the requests: one at a time, so that
 * the last choice arrives last, and the whole choice in each, as the server takes it.
 */

import type { Api } from "./api.ts";
import { Retry } from "./backoff.ts";
import { Changes } from "./changes.ts";
import { isPassing, Unreachable } from "./failure.ts";
import type { ChosenPreferences, MailLevel, MailPreferences } from "./wire.ts";

/** Somebody may have chosen something else on another device. Mail changes slowly, so a look now and then is enough. */
const FRESH_MS = 5 * 60_000;

/** From nothing to everything. */
const LEVELS: readonly MailLevel[] = ["off", "generic", "sender", "full"];

export class Preferences extends Changes {
  /** As the server has them, with what was chosen since; null until they are known. */
  current: MailPreferences | null = null;
  /** Why they are not known, or why what was chosen is not kept, or not yet. */
  trouble: unknown = null;
  #known: MailPreferences | null = null;
  #knownAt = -Infinity;
  /** What the server has not confirmed. */
  #chosen: Partial<ChosenPreferences> = {};
  /** Whether to ask, though nothing was chosen. */
  #due = false;
  #working: Promise<void> | null = null;
  #forgotten = false;
  readonly #retry = new Retry(() => void this.#work());

  constructor(private readonly api: Api) {
    super();
  }

  /** Whether something chosen is not confirmed yet. */
  get saving(): boolean {
    return isChoice(this.#chosen);
  }

  /** As much as may be said outside of the page: by this person's choice, and by the deployment's. */
  get allowed(): MailLevel | null {
    return this.current && stricter(this.current.email, this.current.emailCeiling);
  }

  /** Never throws. What is on its way already is an answer as good as any. */
  load(): Promise<void> {
    this.#due = true;
    return this.#work();
  }

  choose(change: Partial<ChosenPreferences>): void {
    if (this.current === null) return;
    this.#chosen = { ...this.#chosen, ...change };
    this.trouble = null;
    this.#show();
    void this.#work();
  }

  /** Nobody looks: what failed is tried again when somebody does. */
  rest(): void {
    this.#retry.rest();
  }

  wake(): void {
    this.#retry.wake();
    // A clock that was set back must not make them last.
    if (Math.abs(Date.now() - this.#knownAt) > FRESH_MS) this.#due = true;
    void this.#work();
  }

  /** Signed out. */
  forget(): void {
    this.#forgotten = true;
    this.#known = this.trouble = null;
    this.#chosen = {};
    this.#retry.rest();
    this.#show();
  }

  get #hasWork(): boolean {
    return !this.#forgotten && (this.#due || this.saving);
  }

  #work(): Promise<void> {
    if (this.#working === null && this.#hasWork) this.#working = this.#run();
    return this.#working ?? Promise.resolve();
  }

  async #run(): Promise<void> {
    this.#retry.cancel();
    let refused: unknown = null;
    try {
      while (this.#hasWork) {
        const sent = this.#chosen;
        try {
          this.#learn(readable(await this.#ask(sent)), sent);
          // What was refused is still refused, though what was chosen after it is kept.
          this.trouble = refused;
        } catch (error) {
          if (this.#forgotten) return;
          const passing = isPassing(error);
          // They are known, and nothing was chosen: then nobody needs to hear of it.
          if (this.#known === null || isChoice(passing ? this.#chosen : sent)) this.trouble = error;
          if (passing) return this.#retry.later();
          if (isChoice(sent)) refused = error;
          this.#due = false;
          this.#chosen = without(this.#chosen, sent);
        } finally {
          this.#show();
        }
      }
    } finally {
      this.#working = null;
    }
  }

  #ask(sent: Partial<ChosenPreferences>): Promise<MailPreferences> {
    if (this.#known === null || !isChoice(sent)) return this.api.preferences();
    const { email, mutedCases } = { ...this.#known, ...sent };
    return this.api.choosePreferences({ email, mutedCases });
  }

  #learn(answer: MailPreferences, sent: Partial<ChosenPreferences>): void {
    if (this.#forgotten) return;
    this.#known = answer;
    this.#knownAt = Date.now();
    this.#due = false;
    this.#chosen = without(this.#chosen, sent);
    this.#retry.reset();
  }

  #show(): void {
    this.current = this.#known && { ...this.#known, ...this.#chosen };
    this.changed();
  }
}

/** Whether a mail may say as much as `level`, going by `most`. */
export function allows(most: MailLevel, level: MailLevel): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(most);
}

/** A level of a newer server, which is not known here, counts as the strictest. */
function stricter(one: MailLevel, other: MailLevel): MailLevel {
  return allows(other, one) ? one : other;
}

function isChoice(change: Partial<ChosenPreferences>): boolean {
  return Object.keys(change).length > 0;
}

/** What was chosen since, and is not what was sent. */
function without(chosen: Partial<ChosenPreferences>, sent: Partial<ChosenPreferences>): Partial<ChosenPreferences> {
  return Object.fromEntries(Object.entries(chosen).filter(([name, value]) => sent[name as keyof ChosenPreferences] !== value));
}

/** Something between here and the server may answer in its place. */
function readable(answer: Partial<MailPreferences> | null): MailPreferences {
  const { email, emailCeiling, mutedCases } = answer ?? {};
  if (typeof email === "string" && typeof emailCeiling === "string" && Array.isArray(mutedCases)) return answer as MailPreferences;
  throw new Unreachable("unreadable answer");
}
