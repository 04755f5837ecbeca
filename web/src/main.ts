/** Wires the page: configuration, session, elements. */

import { loadConfig } from "./config.ts";
import { device } from "./device.ts";
import { CaseChatApp } from "./elements/case-chat-app.ts";
import { language } from "./language/language.ts";
import { Session } from "./session.ts";

// A page that the browser kept and shows again is one that was left: it starts anew, with whoever is signed in now.
addEventListener("pageshow", (event) => event.persisted && location.reload());

const chosen = device.get("language");
const speaking = language.use([...(chosen === null ? [] : [chosen]), ...navigator.languages]);
const app = new CaseChatApp();
document.body.append(app);
void speaking.then(() => document.querySelector(".starting")?.remove());

try {
  const config = await loadConfig();
  const session = new Session(config);
  await Promise.all([session.start(), speaking]);
  app.config = config;
  app.session = session;
} catch {
  app.broken = true;
}
