import { parse, type Token } from "@messageformat/parser";
import { afterEach, describe, expect, test } from "vitest";
import ar from "../src/language/ar.json";
import english from "../src/language/en.json";
import es from "../src/language/es.json";
import { inFormat, number, percent } from "../src/language/formats.ts";
import { language, say, type Key } from "../src/language/language.ts";

const KEYS = Object.keys(english) as Key[];
const SOURCES = import.meta.glob<string>("../src/**/*.ts", { query: "?raw", import: "default", eager: true });

/** What is to be put in, wherever in the message. */
function values(message: string): string[] {
  const found = (tokens: readonly Token[]): string[] =>
    tokens.flatMap((token) => [
      ...("arg" in token ? [token.arg] : []),
      ...("cases" in token ? token.cases.flatMap(({ tokens }) => found(tokens)) : []),
    ]);
  return [...new Set(found(parse(message)))].sort();
}

describe.each([
  ["es", es],
  ["ar", ar],
] as const)("%s", (code, messages) => {
  test("says everything that English says, and nothing else", () => {
    expect(Object.keys(messages)).toEqual(Object.keys(english));
  });

  test.each(KEYS)("%s takes the same values, and is translated", (key) => {
    expect(values(messages[key])).toEqual(values(english[key]));
    const alike = /^[^a-z]*$/i.test(english[key].replaceAll(/\{\w+\}/g, "")) || ["file.kind.pdf", "case.chat"].includes(key);
    if (!alike) expect(messages[key]).not.toBe(english[key]);
  });

  test("has a form for every number", () => {
    const needed = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
    for (const [key, message] of Object.entries(messages)) {
      for (const token of parse(message)) {
        if (token.type !== "plural" || !("other" in Object.fromEntries(token.cases.map(({ key }) => [key, true])))) continue;
        const forms = token.cases.map(({ key }) => key);
        // A message that only tells none from some needs no more.
        if (forms.every((form) => form === "other" || form.startsWith("="))) continue;
        const missing = needed.filter((form) => !forms.includes(form) && !(form === "zero" && forms.includes("=0")));
        expect(missing, key).toEqual([]);
      }
    }
  });
});

test("every message is said somewhere", () => {
  const code = Object.values(SOURCES).join("\n");
  // A key that is put together, as `role.${role}`, is said for each of its endings.
  const made = [...code.matchAll(/`([a-z.]+)\.\$\{[^}]+\}((?:\.[a-z]+)*)`/g)].map(([, from, to]) => new RegExp(`^${from!.replaceAll(".", "\\.")}\\.[a-z.]+${to}$`, "i"));
  const unsaid = KEYS.filter((key) => !code.includes(`"${key}"`) && !made.some((pattern) => pattern.test(key)));
  expect(unsaid).toEqual([]);
});

test("no words stand in a template", () => {
  const found: string[] = [];
  for (const [name, code] of Object.entries(SOURCES)) {
    for (const [text] of code.matchAll(/(?<==?)>[^<>${}`;=()]*\p{L}{2,}[^<>${}`;=()]*(?=<\/|\$\{)/gu)) found.push(`${name}: ${text}`);
    for (const [text] of code.matchAll(/\b(?:aria-label|title|placeholder|alt)="[^"$]*\p{L}[^"$]*"/gu)) found.push(`${name}: ${text}`);
  }
  expect(found).toEqual([]);
});

describe("the language of a page", () => {
  afterEach(() => language.use(["en"]));

  test.each([
    [["es-MX", "en"], "es", "ltr", "Enviar"],
    [["fr", "ar-EG"], "ar", "rtl", "إرسال"],
    [["fr", "de"], "en", "ltr", "Send"],
    [["constructor", "__proto__"], "en", "ltr", "Send"],
    [["EN-us"], "en", "ltr", "Send"],
    [["es_MX"], "es", "ltr", "Enviar"],
    [["en-", "es-x!", "not a locale", ""], "en", "ltr", "Send"],
  ])("is the first of %j that there is", async (locales, code, dir, send) => {
    await language.use(locales);
    expect([language.code, language.dir, say("composer.send")]).toEqual([code, dir, send]);
  });

  test("has the dates and numbers of its region, in one kind of digits", async () => {
    const day = new Date(2026, 10, 23, 15, 4);
    await language.use(["en-GB"]);
    expect(inFormat("dayAndTime", day)).toBe("23 Nov 2026, 15:04");
    await language.use(["ar-EG"]);
    expect(inFormat("dayAndTime", day)).toMatch(/23.*2026/);
    expect(number(1234)).toMatch(/^1.234$/);
    await language.use(["es"]);
    expect(percent(0.999)).toMatch(/^99\s%$/);
  });

  test("that is asked for last counts, whichever is there first", async () => {
    await Promise.all([language.use(["ar"]), language.use(["es"])]);
    expect(language.code).toBe("es");
  });
});
