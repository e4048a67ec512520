/**
 * An offer that a player may take: signed, so that nothing has to be stored of the many that nobody takes. It says which bet, at which
 * state, how much of it, and until when; the price is asked anew when it comes back.
 */
import { equalTexts, hmacSha256Hex } from "../../../durable-objects/platform/hash.ts";

export interface OfferTerms {
  readonly betId: string;
  readonly stateVersion: number;
  readonly percent: number;
  readonly amountMinor: number;
  readonly expiresAtMs: number;
}

/** Tells these signatures from every other that the same secret makes. */
const PURPOSE = "cash-out";

export function makeOffer(secret: string, { betId, stateVersion, percent, amountMinor, expiresAtMs }: OfferTerms): string {
  const body = Buffer.from(JSON.stringify([betId, stateVersion, percent, amountMinor, expiresAtMs]), "utf8").toString("base64url");
  return `${body}.${hmacSha256Hex(secret, `${PURPOSE}.${body}`)}`;
}

/** The terms of an offer; null when it is forged or malformed. Its time is the caller's to check. */
export function readOffer(secret: string, offerId: string): OfferTerms | null {
  const [body, mac, ...rest] = offerId.split(".");
  if (body === undefined || mac === undefined || rest.length > 0) return null;
  if (!equalTexts(hmacSha256Hex(secret, `${PURPOSE}.${body}`), mac)) return null;
  const [betId, stateVersion, percent, amountMinor, expiresAtMs] = JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as [
    string,
    number,
    number,
    number,
    number,
  ];
  return { betId, stateVersion, percent, amountMinor, expiresAtMs };
}
