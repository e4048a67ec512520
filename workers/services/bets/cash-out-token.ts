/**
 * An offer that a player may take: which bet, at which state, how much of it, and until when; the price is asked anew when it comes back.
 */
import { readTerms, signTerms } from "../signed-terms.ts";

export interface OfferTerms {
  readonly betId: string;
  readonly stateVersion: number;
  readonly percent: number;
  readonly amountMinor: number;
  readonly expiresAtMs: number;
}

const PURPOSE = "cash-out";

export function makeOffer(secret: string, { betId, stateVersion, percent, amountMinor, expiresAtMs }: OfferTerms): string {
  return signTerms(secret, PURPOSE, [betId, stateVersion, percent, amountMinor, expiresAtMs]);
}

/** The terms of an offer; null when it is forged or malformed. Its time is the caller's to check. */
export function readOffer(secret: string, offerId: string): OfferTerms | null {
  const terms = readTerms(secret, PURPOSE, offerId);
  if (terms === null) return null;
  const [betId, stateVersion, percent, amountMinor, expiresAtMs] = terms as [string, number, number, number, number];
  return { betId, stateVersion, percent, amountMinor, expiresAtMs };
}
