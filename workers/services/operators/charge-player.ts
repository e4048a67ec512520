/**
 * Lets finance set a player's money aside while it is in dispute: a hold of purpose `charge`, which ends in suspense or goes back.
 * Holds of stakes and withdrawals end with their own stories; an operator can't end them.
 */
import { ok } from "../../../shared/kernel/result.ts";
import type { HoldView } from "../../../shared/protocol/rpc/wallet.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { type OperatorReceipt, previewOn, runWalletVerb, type WalletOrder, type WalletStub } from "./wallet-verb.ts";

const PURPOSE = "charge";

export interface ChargeToHold extends WalletOrder {
  readonly ref: string;
  /** Minor units. */
  readonly amountMinor: number;
  readonly expiresAtMs: number;
  readonly preview: boolean;
}

/** Holds an amount until it is committed, released or expires. Refuses what the wallet's `reserve` refuses; idempotent by key. */
export function holdCharge(ctx: ServiceContext, order: ChargeToHold): Promise<ServiceResult<OperatorReceipt<HoldView>>> {
  const { ref, amountMinor, expiresAtMs, preview } = order;
  const verb = { roles: ["finance"], action: "wallet.hold", order, preview, request: { ref, amountMinor, expiresAtMs } } as const;
  return runWalletVerb<HoldView>(ctx, verb, async (wallet, key) => {
    const command = { key, purpose: PURPOSE, ref, amountMinor, expiresAtMs } as const;
    return ok(preview ? await previewOn<HoldView>(wallet, { verb: "reserve", command }) : await wallet.reserve(command));
  });
}

export interface ChargeToRelease extends WalletOrder {
  readonly holdId: string;
  readonly preview: boolean;
}

export interface ChargeToCommit extends ChargeToRelease {
  /** Minor units. */
  readonly amountMinor: number;
  /** Gives back what is left. */
  readonly close: boolean;
}

/** Takes a part of a charge, or all of it, into suspense. Refuses what the wallet's `commit` refuses; idempotent by key. */
export function commitCharge(ctx: ServiceContext, order: ChargeToCommit): Promise<ServiceResult<OperatorReceipt<HoldView>>> {
  const { holdId, amountMinor, close, preview } = order;
  const verb = { roles: ["finance"], action: "wallet.commit_hold", order, preview, request: { holdId, amountMinor, close } } as const;
  return runWalletVerb<HoldView>(ctx, verb, async (wallet, key) => {
    const charge = await requireCharge(wallet, holdId);
    if (!charge.ok) return charge;
    const command = { key, holdId, amountMinor, close };
    return ok(preview ? await previewOn<HoldView>(wallet, { verb: "commit", command }) : await wallet.commit(command));
  });
}

/** Gives back what a charge still holds. Refuses what the wallet's `releaseHold` refuses; idempotent by key. */
export function releaseCharge(ctx: ServiceContext, order: ChargeToRelease): Promise<ServiceResult<OperatorReceipt<null>>> {
  const { holdId, reason, preview } = order;
  const verb = { roles: ["finance"], action: "wallet.release_hold", order, preview, request: { holdId } } as const;
  return runWalletVerb<null>(ctx, verb, async (wallet, key) => {
    const charge = await requireCharge(wallet, holdId);
    if (!charge.ok) return charge;
    const command = { key, holdId, reason };
    return ok(preview ? await previewOn<null>(wallet, { verb: "releaseHold", command }) : await wallet.releaseHold(command));
  });
}

/** Refuses LEDGER_REFUSED for an open hold of another purpose. One that has ended is the wallet's to answer: a repeat gets its answer. */
async function requireCharge(wallet: WalletStub, holdId: string): Promise<ServiceResult<null>> {
  const view = await wallet.read();
  const open = view.ok ? view.value.openHolds.find((hold) => hold.holdId === holdId) : undefined;
  return open === undefined || open.purpose === PURPOSE ? ok(null) : refuse("LEDGER_REFUSED", { reason: "not_a_charge" });
}
