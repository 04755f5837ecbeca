/**
 * Parts of the page that are loaded when they are asked for. One that cannot be had, without a connection or because the
 * page is older than what is served by now, is not asked for again: the page has to be loaded anew, and says so.
 */

import { Changes } from "./client/changes.ts";

class Parts extends Changes {
  failed = false;

  /** Gives whether it is there. */
  async load(part: () => Promise<unknown>): Promise<boolean> {
    try {
      await part();
      return true;
    } catch {
      this.failed = true;
      this.changed();
      return false;
    }
  }
}

export const parts = new Parts();
