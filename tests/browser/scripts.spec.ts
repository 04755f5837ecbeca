/** What would run, if it were not text: in names, references, messages, file names. The policy of the page reports nothing either. */

import type { Page } from "@playwright/test";
import { openCase } from "./cases.ts";
import { expect, test, unique, type Person } from "./people.ts";

/** Each would put `run` into the page's title. */
const CORPUS: readonly string[] = [
  `<script>document.title='run'</script>`,
  `<img src=x onerror="document.title='run'">`,
  `<svg/onload=document.title='run'>`,
  `"><svg onload="document.title='run'">`,
  `' onmouseover='document.title="run"' autofocus onfocus='document.title="run"`,
  `<iframe srcdoc="<script>parent.document.title='run'</script>"></iframe>`,
  `<a href="javascript:document.title='run'">here</a>`,
  `javascript:document.title='run'`,
  `<style>*{display:none}</style><b>bold</b> &amp; &lt;`,
  `<math><mi xlink:href="data:text/html,<script>document.title='run'</script>">`,
  `\${document.title='run'} {{constructor.constructor("document.title='run'")()}} <!--?lit$1$-->`,
  `</p></article></template><case-chat></case-chat><base href="https://evil.example/">`,
  `=HYPERLINK("https://evil.example") %00 %3Cscript%3E`,
  `\u202egpj.exe \u200f\u200e ${"\u0301".repeat(60)}`,
];

/** Pasted or dropped in one go, and looked at one by one. */
async function expectHarmless({ page }: Person): Promise<void> {
  expect(await page.title()).not.toBe("run");
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  expect(await strangers(page)).toEqual([]);
}

/** Elements that the client has none of, and links to where nobody should go. */
async function strangers(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const visit = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll("*")) {
        const own = root === document && element.parentElement === document.head;
        const link = element.getAttribute("href") ?? "";
        if (!own && /^(script|iframe|style|base|math|b)$/.test(element.localName)) found.push(element.localName);
        if (/^\s*(javascript|data):/i.test(link)) found.push(link);
        if ([...element.attributes].some(({ name }) => name.startsWith("on"))) found.push(element.outerHTML);
        if (element.shadowRoot !== null) visit(element.shadowRoot);
      }
    };
    visit(document);
    return found;
  });
}

test("messages and file names are text, however they read", async ({ person }) => {
  const it = await openCase();
  const [amira, chen] = [await person("amira"), await person("chen", { viewport: { width: 390, height: 844 } })];
  for (const one of [amira, chen]) await one.signIn(it.chat);
  for (const text of CORPUS.map(unique)) {
    await amira.send(text);
    for (const one of [amira, chen]) {
      await expect(one.page.locator("article .body", { hasText: text.slice(-10) })).toHaveText(text, { useInnerText: false });
      await expectHarmless(one);
    }
  }
  const names = CORPUS.map((text) => `${text.replaceAll(/[\\/]/g, "_").slice(0, 100)}.pdf`);
  for (const name of names) await amira.attach({ name, mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 made for a test") });
  await expect(amira.page.getByRole("list", { name: "Files to send" }).getByRole("listitem")).toHaveCount(10);
  await expectHarmless(amira);
  await amira.send(unique("with files"));
  for (const one of [amira, chen]) {
    await expect(one.message("with files").getByRole("button", { name: /^Download/ })).toHaveCount(10);
    await expectHarmless(one);
  }
});

test("names and references are text, however they read", async ({ person }) => {
  const amira = await person("amira", { viewport: { width: 1024, height: 700 } });
  await amira.signIn();
  for (const text of CORPUS) {
    const it = await openCase({ reference: text.slice(0, 60), name: text.slice(0, 60) });
    await amira.go(it.chat);
    await expect(amira.composer).toBeVisible();
    await expectHarmless(amira);
    await amira.go(it.chat.replace("chat", "overview"));
    await expect(amira.page.getByText("Case reference")).toBeVisible();
    await expectHarmless(amira);
    await amira.go(it.chat.replace(/chat$/, "print"));
    await expect(amira.page.getByRole("listitem").first()).toBeVisible();
    await expectHarmless(amira);
  }
});
