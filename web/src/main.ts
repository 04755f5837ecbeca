/** Wires the page: configuration, session, elements. */

import { loadConfig } from "./config.ts";
import { CaseChatApp } from "./elements/case-chat-app.ts";
import { Session } from "./session.ts";

// A page that the browser kept and shows again is one that was left: it starts anew, with whoever is signed in now.
addEventListener("pageshow", (event) => event.persisted && location.reload());

const app = new CaseChatApp();
document.body.append(app);

try {
  const config = await loadConfig();
  const session = new Session(config);
  await session.start();
  app.config = config;
  app.session = session;
} catch {
  app.broken = true;
}
