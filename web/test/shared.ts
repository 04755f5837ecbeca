/** What a conversation shares with others of its person, for tests of one alone. */

import type { Api } from "../src/client/api.ts";
import { Cases } from "../src/client/cases.ts";
import type { Shared } from "../src/client/conversation.ts";
import { News } from "../src/client/news.ts";
import { alone, type Tabs } from "../src/client/tabs.ts";
import { TypingHints } from "../src/client/typing.ts";
import { Unsent } from "../src/client/unsent.ts";

export function shared(api: Api, { tabs = alone(), me = "amira" }: { tabs?: Tabs; me?: string } = {}): Shared {
  const userId = () => me;
  const unsent = new Unsent(tabs, () => undefined);
  void unsent.open(me);
  return { api, userId, cases: new Cases(api, userId), news: new News(), unsent, hints: new TypingHints(() => true) };
}
