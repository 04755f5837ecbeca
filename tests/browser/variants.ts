/** In how many ways a screen is looked at: on what, in which light, in which language. */

import type { BrowserContextOptions } from "@playwright/test";

export type Language = "en" | "es" | "ar";

export interface Variant {
  device: keyof typeof DEVICES;
  scheme: "light" | "dark";
  language: Language;
}

const DEVICES = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  tablet: { viewport: { width: 820, height: 1000 }, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 800 } },
  /** The narrowest, and as much as a desktop of 1280 shows at 400 percent. */
  narrow: { viewport: { width: 320, height: 640 } },
} satisfies Record<string, BrowserContextOptions>;

const LOCALES: Record<Language, string> = { en: "en-GB", es: "es-ES", ar: "ar-EG" };

export function nameOf({ device, scheme, language }: Variant): string {
  return `${device} ${scheme} ${language}`;
}

export function contextOf({ device, scheme, language }: Variant): BrowserContextOptions {
  return { ...DEVICES[device], colorScheme: scheme, locale: LOCALES[language] };
}

export const EVERYWHERE: readonly Variant[] = (["phone", "desktop"] as const).flatMap((device) =>
  (["light", "dark"] as const).flatMap((scheme) => (["en", "ar"] as const).map((language): Variant => ({ device, scheme, language }))),
);
