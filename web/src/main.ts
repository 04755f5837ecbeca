/** Wires the page: configuration, session, elements. */

import { loadConfig } from "./config.ts";
import { device } from "./device.ts";
import { CaseChatApp } from "./elements/case-chat-app.ts";
import { asSpokenHere, language } from "./language/language.ts";
import { Session } from "./session.ts";

// A page that the browser kept and shows again is one that was left: it starts anew, with whoever is signed in now.
addEventListener("pageshow", (event) => event.persisted && location.reload());

const chosen = device.get("language");
const speaking = language.use(chosen === null ? navigator.languages : asSpokenHere(chosen));
const app = new CaseChatApp();
document.body.append(app);
const starting = document.querySelector<HTMLElement>(".starting");
speaking.then(
  () => starting?.remove(),
  // Without a language, the page has only what it came with to say so.
  () => starting?.querySelector("p")?.removeAttribute("hidden"),
);

try {
  const config = await loadConfig();
  const session = new Session(config);
  await Promise.all([session.start(), speaking]);
  app.config = config;
  app.session = session;
} catch {
  app.broken = true;
}
