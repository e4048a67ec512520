/**
 * A quote of an edit that a player may confirm: which bet at which state, its value, the slip and its prices, and until when. Value and
 * prices are asked anew when it comes back.
 */
import { readTerms, signTerms } from "../signed-terms.ts";

export interface EditTerms {
  readonly betId: string;
  readonly stateVersion: number;
  readonly valueMinor: number;
  /** Of the new bet. */
  readonly stakeMinor: number;
  /** SHA-256 of the slip that was quoted. */
  readonly slip: string;
  /** Of its selections, in their order. */
  readonly oddsThousandths: readonly number[];
  readonly expiresAtMs: number;
}

const PURPOSE = "edit-bet";

export function makeEdit(secret: string, terms: EditTerms): string {
  const { betId, stateVersion, valueMinor, stakeMinor, slip, oddsThousandths, expiresAtMs } = terms;
  return signTerms(secret, PURPOSE, [betId, stateVersion, valueMinor, stakeMinor, slip, oddsThousandths, expiresAtMs]);
}

/** The terms of a quote; null when it is forged or malformed. Its time is the caller's to check. */
export function readEdit(secret: string, editId: string): EditTerms | null {
  const terms = readTerms(secret, PURPOSE, editId);
  if (terms === null) return null;
  type Written = [string, number, number, number, string, number[], number];
  const [betId, stateVersion, valueMinor, stakeMinor, slip, oddsThousandths, expiresAtMs] = terms as Written;
  return { betId, stateVersion, valueMinor, stakeMinor, slip, oddsThousandths, expiresAtMs };
}
