/** What a notice carries from the page to the service worker and back: whose it is and where it leads, no content. */

export interface NoticeData {
  caseId: string;
  /** Issuer and user, so that whoever signs out takes their own notices along. */
  owner: string;
  /** The address of the case's chat inside the page. */
  link: string;
}

/** The service worker asks a page to open a chat. */
export interface OpenChat {
  type: "open";
  link: string;
}
