/**
 * Tickets for WebSockets: who the caller is, for 60 seconds, so that no access token travels in an address or a frame.
 *
 * A ticket is `base64url(claims).hex(HMAC-SHA-256)`. Checked synchronously inside objects, in constant time.
 */
import type { Country } from "../../shared/tenants/tenant.ts";
import { equalTexts, hmacSha256Hex } from "./hash.ts";

export const TICKET_SECONDS = 60;
const TICKET_CHARS_MAX = 1_000;

/** The subprotocol under which a browser brings a ticket: it can't set a header. */
const TICKET_PROTOCOL = "mkeka-ticket.";

/** The subprotocol that a client asks for, and the ticket in it; null for none. */
export function ticketOf(request: Request): { readonly protocol: string; readonly ticket: string | null } {
  const protocol = (request.headers.get("Sec-WebSocket-Protocol") ?? "").split(",")[0]?.trim() ?? "";
  return { protocol, ticket: protocol.startsWith(TICKET_PROTOCOL) ? protocol.slice(TICKET_PROTOCOL.length) : null };
}

export interface TicketClaims {
  readonly userId: string;
  readonly country: Country;
  readonly expiresAtMs: number;
}

/** Makes a ticket under `secret`. */
export function makeTicket(secret: string, claims: TicketClaims): string {
  const body = Buffer.from(JSON.stringify(claims), "utf8").toString("base64url");
  return `${body}.${hmacSha256Hex(secret, body)}`;
}

/** Reads a ticket; null when it is forged, malformed or past its time. */
export function readTicket(secret: string, ticket: string, nowMs: number): TicketClaims | null {
  if (ticket.length > TICKET_CHARS_MAX) return null;
  const [body, mac, ...rest] = ticket.split(".");
  if (body === undefined || mac === undefined || rest.length > 0 || !equalTexts(hmacSha256Hex(secret, body), mac)) return null;
  const claims = JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as TicketClaims;
  return claims.expiresAtMs > nowMs ? claims : null;
}
