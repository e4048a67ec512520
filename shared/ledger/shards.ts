/**
 * Which shard a wallet belongs to: what is done per shard (anchors, exports, running totals of the house) is spread by it.
 *
 * The count and the function hold for ever: another count would move wallets between shards and break every shard's history.
 */
export const SHARD_COUNT = 64;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The wallet's shard, 0 to 63: FNV-1a over the name's characters, its halves folded because the low bits alone mix too little. */
export function shardOf(walletId: string): number {
  let hash = FNV_OFFSET;
  for (const character of walletId) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), FNV_PRIME);
  return ((hash >>> 16) ^ hash) & (SHARD_COUNT - 1);
}
