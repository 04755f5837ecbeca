/**
 * The language that the page speaks: one at a time, loaded when it is chosen. Owns the messages and which of the languages
 * there are serves a reader best. Regions count for dates and numbers only.
 */

import { Changes } from "../client/changes.ts";
import type english from "./en.json";

export type Key = keyof typeof english;
type Values = Record<string, string | number>;
type Catalog = Record<string, (values: Values) => string>;

/** Each by its own name, and how it is loaded. */
const LANGUAGES = {
  en: { name: "English", load: () => import("messages:en") },
  es: { name: "Español", load: () => import("messages:es") },
  ar: { name: "العربية", load: () => import("messages:ar") },
};

type Code = keyof typeof LANGUAGES;
const FALLBACK: Code = "en";
const FROM_RIGHT: readonly Code[] = ["ar"];

export const NAMES: readonly { code: Code; name: string }[] = Object.entries(LANGUAGES).map(([code, { name }]) => ({ code: code as Code, name }));

class Language extends Changes {
  code: Code = FALLBACK;
  /** The code with the reader's region, for dates and numbers: "en-GB-u-nu-latn". */
  locale: string = FALLBACK;
  #catalog: Catalog | null = null;
  #wanted = "";

  /** Whether anything can be said yet. */
  get ready(): boolean {
    return this.#catalog !== null;
  }

  /** Whether somebody has said which. */
  get chosen(): boolean {
    return this.#wanted !== "";
  }

  get dir(): "ltr" | "rtl" {
    return FROM_RIGHT.includes(this.code) ? "rtl" : "ltr";
  }

  /** Takes the first of the `locales` that there is, else English. Of two calls the later one counts. Throws where it cannot be had. */
  async use(locales: readonly string[]): Promise<void> {
    const locale = locales.map(known).find((found) => found !== null) ?? new Intl.Locale(FALLBACK);
    const wanted = locale.toString();
    if (wanted === this.#wanted) return;
    const before = this.#wanted;
    this.#wanted = wanted;
    const code = locale.language as Code;
    try {
      const { default: catalog } = await LANGUAGES[code].load();
      if (wanted !== this.#wanted) return;
      this.#catalog = catalog;
    } catch (error) {
      // What could not be had may be asked for again.
      if (wanted === this.#wanted) this.#wanted = before;
      throw error;
    }
    this.code = code;
    // One kind of digits throughout, whichever the region prefers: counts stand beside dates.
    this.locale = new Intl.Locale(locale, { numberingSystem: "latn" }).toString();
    this.changed();
  }

  /** The message in that language. A value is put in as it is: `isolated` keeps one from turning the sentence. */
  say(key: Key, values: Values = {}): string {
    const message = this.#catalog?.[key];
    return message === undefined ? "" : message(values);
  }
}

/** The locale, where its language is one of those that there are. Locales come from outside: "es-MX", "es_MX", anything. */
function known(locale: string): Intl.Locale | null {
  try {
    const found = new Intl.Locale(locale.replaceAll("_", "-"));
    return Object.hasOwn(LANGUAGES, found.language) ? found : null;
  } catch {
    return null;
  }
}

/** That language as this browser's reader speaks it: with their region where they named one. */
export function asSpokenHere(code: string): readonly string[] {
  return [...navigator.languages.filter((locale) => locale.split("-")[0] === code), code, ...navigator.languages];
}

export const language = new Language();

export function say(key: Key, values?: Values): string {
  return language.say(key, values);
}

/** Keeps a name of any script from turning the sentence around it: FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE. */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}
