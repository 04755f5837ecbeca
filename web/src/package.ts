/** What the npm package gives: the client for a page, and the elements, which are defined by importing it. */

export { createClient } from "./browser-client.ts";
export type { Client, ClientOptions } from "./client/client.ts";
export { SessionEnded } from "./client/failure.ts";
export { CaseChat } from "./elements/case-chat.ts";
export { CaseInbox } from "./elements/case-inbox.ts";
export { CaseTranscript } from "./elements/case-transcript.ts";
export { ChatBadge } from "./elements/chat-badge.ts";
