/** Lets finance make entries by hand and undo them: grants, adjustments, money in suspense. What may be moved is the chart's. */
import { ok } from "../../../shared/kernel/result.ts";
import type { PostedEntry, PostManual } from "../../../shared/protocol/rpc/wallet.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { type OperatorReceipt, previewOn, runWalletVerb, type WalletOrder } from "./wallet-verb.ts";

export interface EntryToPost extends WalletOrder, Pick<PostManual, "kind" | "ref" | "postings" | "occurredAtMs"> {
  readonly preview: boolean;
}

/** Posts a manual entry (minor units). Refuses what the wallet's `post` refuses; idempotent by key. */
export function postEntry(ctx: ServiceContext, order: EntryToPost): Promise<ServiceResult<OperatorReceipt<PostedEntry>>> {
  const { kind, ref, reason, postings, occurredAtMs, preview } = order;
  const verb = { roles: ["finance"], action: "wallet.post", order, preview, request: { kind, ref, postings, occurredAtMs } } as const;
  return runWalletVerb<PostedEntry>(ctx, verb, async (wallet, key) => {
    const command = { key, kind, ref, reason, postings, occurredAtMs };
    return ok(preview ? await previewOn<PostedEntry>(wallet, { verb: "post", command }) : await wallet.post(command));
  });
}

export interface EntryToReverse extends WalletOrder {
  readonly seq: number;
  readonly preview: boolean;
}

/** Posts the negative of a manual entry, once. Refuses what the wallet's `reverse` refuses; idempotent by key. */
export function reverseEntry(ctx: ServiceContext, order: EntryToReverse): Promise<ServiceResult<OperatorReceipt<PostedEntry>>> {
  const { seq, reason, preview } = order;
  const verb = { roles: ["finance"], action: "wallet.reverse", order, preview, request: { seq } } as const;
  return runWalletVerb<PostedEntry>(ctx, verb, async (wallet, key) => {
    const command = { key, seq, reason };
    return ok(preview ? await previewOn<PostedEntry>(wallet, { verb: "reverse", command }) : await wallet.reverse(command));
  });
}
