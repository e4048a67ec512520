/** A real wallet object with money in it, for tests inside the runtime. */
import { env } from "cloudflare:workers";
import { ID_RANDOM_BYTES, makeId, type UserId } from "../../../shared/kernel/ids.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import { SHARD_COUNT, shardOf } from "../../../shared/ledger/shards.ts";
import type { WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { mint } from "../../support/wallet-commands.ts";

export type WalletStub = ReturnType<typeof env.WALLET.getByName>;

export interface TestWallet {
  readonly walletId: string;
  readonly userId: UserId;
  readonly wallet: WalletStub;
}

/** A user id as registration makes them. */
export function newUserId(): UserId {
  return makeId("usr", unixMs(Date.now()), crypto.getRandomValues(new Uint8Array(ID_RANDOM_BYTES))) as UserId;
}

/** A user whose wallet is one of these shards'. */
function newUserIdIn(country: Country, { from, to }: { readonly from: number; readonly to: number }): UserId {
  for (;;) {
    const userId = newUserId();
    const shard = shardOf(`${country}:${userId}`);
    if (from <= shard && shard <= to) return userId;
  }
}

/** Opens and verifies a wallet; `cashMinor` arrives as a deposit (Kenya takes its 5% before it). */
export async function newWallet(
  cashMinor: number,
  country: Country = "KE",
  shards = { from: 0, to: SHARD_COUNT - 1 },
): Promise<TestWallet> {
  const userId = newUserIdIn(country, shards);
  const walletId = `${country}:${userId}`;
  const wallet = env.WALLET.getByName(walletId);
  must(await wallet.open({ key: mint("open"), userId, country }));
  must(await wallet.setVerified({ key: mint("verify"), verified: true }));
  if (cashMinor > 0) await deposit(wallet, Math.round(cashMinor / 0.95));
  return { walletId, userId, wallet };
}

/** Starts and credits a Kenyan deposit of `grossMinor`; returns what was credited under which receipt. */
export async function deposit(wallet: WalletStub, grossMinor: number): Promise<{ intentId: string; receipt: string }> {
  const intentId = mint("dep");
  const receipt = mint("RCPT");
  must(await wallet.startDeposit({ key: mint("key"), intentId, method: "mpesa", amountMinor: grossMinor }));
  must(await wallet.creditDeposit({ intentId, provider: "daraja", receipt, grossMinor, occurredAtMs: Date.now() }));
  return { intentId, receipt };
}

/** The value of a reply that has to be one. */
export function must<T>(reply: WalletReply<T>): T {
  if (!reply.ok) throw new Error(`refused: ${JSON.stringify(reply.error)}`);
  return reply.value.value;
}
