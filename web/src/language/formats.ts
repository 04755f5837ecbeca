/** Numbers, dates and lists as the reader's language and region write them. */

import { language } from "./language.ts";

const DATES = {
  time: { timeStyle: "short" },
  shortDay: { day: "numeric", month: "short" },
  dayAndTime: { dateStyle: "medium", timeStyle: "short" },
  fullDay: { dateStyle: "full" },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Making a format takes longer than using it. */
let made: { locale: string; dates: Map<string, Intl.DateTimeFormat> } = { locale: "", dates: new Map() };

export function inFormat(name: keyof typeof DATES, date: Date): string {
  if (made.locale !== language.locale) made = { locale: language.locale, dates: new Map() };
  const format = made.dates.get(name) ?? new Intl.DateTimeFormat(language.locale, DATES[name]);
  made.dates.set(name, format);
  return format.format(date);
}

export function number(value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(language.locale, options).format(value);
}

/** "a, b and c" */
export function join(parts: readonly string[]): string {
  return new Intl.ListFormat(language.locale).format(parts);
}

/** Of 0 to 1, without digits behind the point; never rounded up to a whole. */
export function percent(part: number): string {
  return number(Math.floor(100 * part) / 100, { style: "percent" });
}
