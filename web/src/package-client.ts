/** What the npm package gives without a page: the client alone. */

export { createClient, type Client, type ClientOptions } from "./client/client.ts";
export type { Conversation } from "./client/conversation.ts";
export { Refused, SessionEnded, Unreachable } from "./client/failure.ts";
export type * from "./client/wire.ts";
