import { createClient } from "../../dist/index.js";
import { loadConfig, PEOPLE, signIn } from "../portal.js";

const [badge, inbox, chat] = ["chat-badge", "case-inbox", "case-chat"].map((name) => document.querySelector(name));
const person = document.querySelector("#person");
person.append(...Object.entries(PEOPLE).map(([id, name]) => new Option(name, id)));

const { http, websocket, issuer, clientId, files } = await loadConfig();
let client = null;

/** One client for each person who signs in. Nothing of the one before stays. */
async function start() {
  person.disabled = true;
  await client?.signOut();
  person.disabled = false;
  const getToken = signIn({ issuer, clientId }, person.value);
  client = createClient({ http, websocket, files, getToken, locale: document.documentElement.lang, onOpenCase: open });
  for (const element of [badge, inbox, chat]) element.client = client;
  open("");
  client.start();
}

function open(caseId) {
  inbox.chosen = caseId;
  chat.caseId = caseId;
}

person.addEventListener("change", start);
await start();
