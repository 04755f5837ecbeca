/** Wires the page: configuration, session, elements. */

import { loadConfig } from "./config.ts";
import { CaseChatApp } from "./elements/case-chat-app.ts";
import { Session } from "./session.ts";

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
