/**
 * Who gets a share of a rain: all claims that come while it rains are alike, and their order is drawn. The seed is drawn when the rain
 * starts and its hash shown at once, so that nobody can choose it when the claims are known; it is shown with the result, and anyone can
 * draw again.
 */

export type Sha256Hex = (text: string) => string;

/** What is shown while it rains. */
export function rainCommitment(seed: string, sha256Hex: Sha256Hex): string {
  return sha256Hex(`rain:${seed}`);
}

/** Puts the claimants in the order that the seed gives, however they came; the first `shares` of them get one. */
export function drawOrder(seed: string, claimants: readonly string[], sha256Hex: Sha256Hex): readonly string[] {
  const drawn = claimants.map((claimant) => ({ claimant, lot: sha256Hex(`${seed}:${claimant}`) }));
  return drawn.sort((a, b) => (a.lot < b.lot ? -1 : 1)).map(({ claimant }) => claimant);
}
