/** What a conversation shares with others of its person, for tests of one alone. */

import type { Api } from "../src/client/api.ts";
import { Cases } from "../src/client/cases.ts";
import type { Shared } from "../src/client/conversation.ts";
import { DEFAULT_POLICY } from "../src/client/files/policy.ts";
import type { UploadDesk } from "../src/client/files/upload.ts";
import { Uploads } from "../src/client/files/uploads.ts";
import { News } from "../src/client/news.ts";
import { alone, type Tabs } from "../src/client/tabs.ts";
import { TypingHints } from "../src/client/typing.ts";
import { Unsent } from "../src/client/unsent.ts";

interface Given {
  tabs?: Tabs;
  me?: string;
  desk?: (unsent: Unsent) => UploadDesk;
}

export function shared(api: Api, { tabs = alone(), me = "amira", desk = (unsent) => uploadDesk(api, unsent) }: Given = {}): Shared {
  const userId = () => me;
  const unsent = new Unsent(tabs, () => undefined);
  void unsent.open(me);
  const uploads = new Uploads(desk(unsent), DEFAULT_POLICY);
  return { api, userId, cases: new Cases(api, userId), news: new News(), unsent, uploads, hints: new TypingHints(() => true) };
}

/** Where files arrive at once. */
export function uploadDesk(api: Api, unsent: Unsent): UploadDesk {
  return {
    request: (caseId, file) => api.requestUpload(caseId, file),
    verify: (caseId, id) => api.verify(caseId, id),
    put: async (_link, content, sent) => (sent(content.size), 200),
    sha256: async () => "hash",
    store: unsent.files,
    turn: (id, signal, busy, held) => unsent.turn(`upload ${id}`, signal, busy, held),
  };
}
