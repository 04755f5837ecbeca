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

  /** Takes the first of the `locales` that there is, else English. Of two calls the later one counts. */
  async use(locales: readonly string[]): Promise<void> {
    const locale = locales.find((wanted) => codeOf(wanted) !== null) ?? FALLBACK;
    if (locale === this.#wanted) return;
    this.#wanted = locale;
    const code = codeOf(locale) ?? FALLBACK;
    const { default: catalog } = await LANGUAGES[code].load();
    if (locale !== this.#wanted) return;
    this.code = code;
    // One kind of digits throughout, whichever the region prefers: counts stand beside dates.
    this.locale = new Intl.Locale(locale, { numberingSystem: "latn" }).toString();
    this.#catalog = catalog;
    this.changed();
  }

  /** The message in that language. A value is put in as it is: `isolated` keeps one from turning the sentence. */
  say(key: Key, values: Values = {}): string {
    const message = this.#catalog?.[key];
    return message === undefined ? "" : message(values);
  }
}

function codeOf(locale: string): Code | null {
  const code = locale.split("-")[0]!.toLowerCase();
  return Object.hasOwn(LANGUAGES, code) ? (code as Code) : null;
}

export const language = new Language();

export function say(key: Key, values?: Values): string {
  return language.say(key, values);
}

/** Keeps a name of any script from turning the sentence around it: FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE. */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}
