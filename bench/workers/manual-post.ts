/** The entry that benches post: one cent from promotions to the player, two postings. */
import type { PostManual } from "../../shared/protocol/rpc/wallet.ts";

export function manualPost(key: string): PostManual {
  return {
    key,
    kind: "ADJUSTED",
    ref: "bench",
    reason: "bench",
    postings: [
      { account: "promo:cost", amountMinor: -1 },
      { account: "user:cash", amountMinor: 1 },
    ],
    occurredAtMs: null,
  };
}
