/**
 * Finds words that are still English on a page in another script. What people wrote is set apart on the page, by the element
 * that it stands in or by signs around it: what is not set apart is the page's own, and has to be translated.
 */

import type { Page } from "@playwright/test";

/** What is called so everywhere. */
const NAMES = ["PDF", "DICOM", "FHIR", "JPEG", "PNG", "WEBP", "HEIC", "GIF", "TIFF", "WebP", "Ctrl", "Enter", "Shift", "Home", "End", "Esc"];

export async function untranslated(page: Page): Promise<string[]> {
  const said = await page.evaluate(() => {
    const found: string[] = [];
    const visit = (node: Node): void => {
      if (node instanceof Text) return void found.push(node.data);
      if (node instanceof Element) {
        if (!node.checkVisibility({ visibilityProperty: true }) || node.matches("bdi, [dir=auto]:not(input), kbd, [lang]:not([lang=ar]), script, style")) return;
        for (const name of ["aria-label", "title", "placeholder"]) found.push(node.getAttribute(name) ?? "");
        node.shadowRoot?.childNodes.forEach(visit);
      }
      node.childNodes.forEach(visit);
    };
    visit(document.body);
    // In front stands a name, where somebody is named.
    return [...found, document.title.split("·").at(-1) ?? ""];
  });
  const words = said.flatMap((text) => text.replaceAll(/\u2068[^\u2069]*\u2069/gu, "").match(/[a-z]{2,}/giu) ?? []);
  return words.filter((word) => !NAMES.includes(word));
}
