/**
 * The formula `letsbet-v1`, kept so that results published under it can still be checked. No game is played on it: it has no chain, and
 * whoever knows the server seed and chooses the client seed chooses the result. Double arithmetic is part of its definition.
 */
import { type HmacSha256, type Sha256, toHex } from "./hash.ts";

export interface LetsbetCrash {
  readonly hmac: string;
  readonly instantBust: boolean;
  readonly crashHundredths: number;
}

const MAX_HUNDREDTHS = 1_000_000;
const BUST_PERCENT = 3;

/** Gives the commitment to a server seed: SHA-256 of its UTF-8 text, as hex. */
export function letsbetCommitment(serverSeed: string, sha256: Sha256): string {
  return toHex(sha256(new TextEncoder().encode(serverSeed)));
}

/** Computes the crash point of a round in hundredths. */
export function letsbetCrash(
  round: { readonly serverSeed: string; readonly clientSeed: string; readonly roundNumber: number },
  hmacSha256: HmacSha256,
): LetsbetCrash {
  const mac = hmacSha256(round.serverSeed, new TextEncoder().encode(`${round.roundNumber}:${round.clientSeed}`));
  const view = new DataView(mac.buffer, mac.byteOffset, mac.byteLength);
  const hmac = toHex(mac);
  if (view.getUint32(28) % 100 < BUST_PERCENT) return { hmac, instantBust: true, crashHundredths: 100 };
  const draw = Number(view.getBigUint64(0) >> 12n);
  if (draw === 0) return { hmac, instantBust: false, crashHundredths: MAX_HUNDREDTHS };
  const hundredths = Math.floor((2 ** 52 / draw) * 100);
  return { hmac, instantBust: false, crashHundredths: Math.min(MAX_HUNDREDTHS, Math.max(100, hundredths)) };
}
