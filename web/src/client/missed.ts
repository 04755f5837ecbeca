/**
 * Reads what a list shows to be there and no push has brought, of cases that nobody has open, so that it is told like
 * everything else. Owns only which cases it is reading; what was told already is `news.ts`'s.
 */

import type { Api } from "./api.ts";
import { isWhole } from "./chain.ts";
import type { News } from "./news.ts";
import type { CaseSummary, ThreadRecord } from "./wire.ts";

export class Missed {
  readonly #reading = new Set<string>();

  constructor(
    private readonly api: Api,
    private readonly news: News,
    private readonly offer: (record: ThreadRecord) => void,
  ) {}

  /** Never throws: what fails now is asked for when the list changes next. */
  async look({ caseId, head, unread }: CaseSummary): Promise<void> {
    const told = this.news.told(caseId);
    if (unread === 0 || told < 0 || head <= told || this.#reading.has(caseId)) return;
    this.#reading.add(caseId);
    const records = await this.api.messages(caseId, { after: told }).then((page) => page.records, () => []);
    this.#reading.delete(caseId);
    for (const record of records) if (isWhole(record)) this.offer(record);
  }
}
