import type { ClientOptions } from "case-chat";

export type PersonId = "amira" | "chen";
export interface PortalConfig extends Pick<Required<ClientOptions>, "http" | "websocket" | "files"> {
  issuer: string;
  clientId: string;
}
export const PEOPLE: Record<PersonId, string>;
export function loadConfig(): Promise<PortalConfig>;
export function signIn(config: Pick<PortalConfig, "issuer" | "clientId">, username: PersonId): ClientOptions["getToken"];
