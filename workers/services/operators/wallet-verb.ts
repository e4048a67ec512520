/**
 * What all verbs that change a player's wallet have in common: who may, the audit entry before, the command under a key of the
 * operator's own, the audit entry after with how the wallet stood on both sides.
 *
 * The second entry is written when the command is done, refused, or broke off: then nobody knows whether it took effect, and the entry
 * says so. When the entry itself can't be stored the call fails, and its repeat under the same key gets the stored answer and writes
 * it: the journal has the command either way.
 */
import { err, ok } from "../../../shared/kernel/result.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { StaffRole } from "../../../shared/protocol/rpc/staff.ts";
import type { Preview, Receipt, WalletHead, WalletRefusal, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { walletOf } from "../../adapters/objects.ts";
import { refuse, type ServiceContext, type ServiceError, type ServiceResult } from "../context.ts";
import { walletError } from "../wallet-refusal.ts";
import { audit, requireStaff } from "./require-staff.ts";

export type WalletStub = ReturnType<typeof walletOf>;

/** The part of every request: whose wallet, why, and under which key. */
export interface WalletOrder {
  readonly userId: string;
  readonly country: Country | undefined;
  readonly reason: string;
  /** The Idempotency-Key; without one the request is its own key. */
  readonly idempotencyKey: string | null;
}

export interface WalletVerb {
  readonly roles: readonly StaffRole[];
  /** As the audit log calls it, e.g. `wallet.post`; how it ended is written as `wallet.post:done` or `:broke_off`. */
  readonly action: string;
  readonly order: WalletOrder;
  /** What is asked, as the audit log keeps it. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly preview?: boolean;
}

export interface OperatorReceipt<T> extends Receipt<T> {
  readonly preview: boolean;
}

/** Room that a wallet leaves for a key (400 characters), less the command's own prefix. */
const KEY_CHARS_MAX = 380;

/**
 * Runs a command on a player's wallet. `run` gets the stub, the key to use, and whose tenant's wallet it is. Refuses UNAUTHORIZED, FORBIDDEN, VALIDATION_FAILED (a
 * key too long), NOT_FOUND for a user without a wallet in that country, and what the wallet refuses.
 */
export async function runWalletVerb<T>(
  ctx: ServiceContext,
  { roles, action, order, request, preview = false }: WalletVerb,
  run: (wallet: WalletStub, key: string, country: Country) => Promise<ServiceResult<WalletReply<T>>>,
): Promise<ServiceResult<OperatorReceipt<T>>> {
  const { userId, country, reason } = order;
  const details = { reason, request, ...(preview ? { preview } : {}) };
  const scope = await requireStaff(ctx, { roles, action, subject: userId, country, details });
  if (!scope.ok) return scope;
  const key = `operator:${scope.value.staff.email}:${order.idempotencyKey ?? ctx.requestId}`;
  if (key.length > KEY_CHARS_MAX) return refuse("VALIDATION_FAILED", { fields: { "Idempotency-Key": "is too long" } });
  const wallet = walletOf(ctx.env, { country: scope.value.country, userId });
  const before = await wallet.head();
  if (!before.ok) return refuse("NOT_FOUND");

  const ran = await run(wallet, key, scope.value.country).catch(async (error: unknown) => {
    const details = { before: standing(before.value), broke_off: String(error) };
    await audit(ctx, scope.value, { action: `${action}:broke_off`, subject: userId, details });
    throw error;
  });
  const done = { before: standing(before.value), ...ending(ran) };
  await audit(ctx, scope.value, { action: `${action}:done`, subject: userId, details: done });
  if (!ran.ok) return ran;
  const reply = ran.value;
  return reply.ok ? ok({ ...reply.value, preview }) : err(operatorError(reply.error));
}

/** How a command ended, as the audit log keeps it. */
function ending(ran: ServiceResult<WalletReply<unknown>>): Record<string, unknown> {
  if (!ran.ok) return { refused: ran.error };
  const reply = ran.value;
  if (!reply.ok) return { refused: reply.error };
  const { head, balances, replayed } = reply.value;
  return { after: standing({ ...head, balances }), replayed };
}

/** Asks for a preview as for the command itself. */
export async function previewOn<T>(wallet: WalletStub, request: Preview): Promise<WalletReply<T>> {
  return (await wallet.preview(request)) as WalletReply<T>;
}

function standing({ epoch, seq, hash, balances }: Pick<WalletHead, "epoch" | "seq" | "hash" | "balances">): Record<string, unknown> {
  return { epoch, seq, hash, balances };
}

/** To an operator a wallet that is not open is not there, and a hold is no bet. */
export function operatorError(refusal: WalletRefusal): ServiceError {
  switch (refusal.reason) {
    case "wallet_not_open":
      return { code: "NOT_FOUND" };
    case "hold_closed":
    case "hold_expired":
      return { code: "LEDGER_REFUSED", details: { reason: refusal.reason } };
    case "hold_exceeded":
      return { code: "LEDGER_REFUSED", details: { reason: refusal.reason, remaining: toMajor(minor(refusal.remainingMinor)) } };
    default:
      return walletError(refusal);
  }
}
