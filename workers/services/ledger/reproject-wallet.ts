/**
 * Has a wallet's journal read again into the country's database: what is missing, or all of it after dropping what is there. The only
 * repair there is: the database is made to agree with the wallet, never the other way.
 */
import type { CopyHead } from "../../../shared/ledger/run-chain.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { dropCopy } from "../../adapters/d1/wallet-copy.ts";
import { readHeads } from "../../adapters/d1/wallet-journal.ts";
import { databaseOf, type Env } from "../../env.ts";
import { projectRuns } from "./project-runs.ts";

/** Pages of up to a hundred entries that one call reads: a journal that is longer takes several calls. */
const PAGES_MAX = 100;

export interface Reprojected {
  /** How far the wallet is stored now; null for not at all. */
  readonly head: CopyHead | null;
  /** False when there is more to read, or when the database holds what the wallet does not have: call again, then have a look. */
  readonly isComplete: boolean;
}

/**
 * Stores what the wallet has beyond what is stored; null without such a wallet. Throws when the database fails or contradicts the
 * wallet (`rebuildWallet` then). Idempotent, bounded.
 */
export async function reprojectWallet(env: Env, country: Country, walletId: string): Promise<Reprojected | null> {
  const database = databaseOf(env, country);
  const wallet = env.WALLET.getByName(walletId);
  for (let pages = 0; ; pages += 1) {
    const head = (await readHeads(database, [walletId])).get(walletId) ?? null;
    const own = await wallet.head();
    if (!own.ok) return null;
    const { epoch, seq, hash } = own.value;
    const isComplete = head !== null && head.epoch === epoch && head.seq === seq && head.hash === hash;
    if (isComplete || pages === PAGES_MAX) return { head, isComplete };
    const fromSeq = head !== null && head.epoch >= epoch ? head.seq + 1 : 1;
    const page = await wallet.readEntries({ fromSeq, toSeq: seq });
    if (page === null) return { head, isComplete };
    const [failure] = await projectRuns(env, [page]);
    if (failure) throw failure;
  }
}

/** Drops what is stored of the wallet, its part of the house's totals too, and reads the journal anew; otherwise as `reprojectWallet`. */
export async function rebuildWallet(env: Env, country: Country, walletId: string): Promise<Reprojected | null> {
  const own = await env.WALLET.getByName(walletId).head();
  if (!own.ok) return null;
  await dropCopy(databaseOf(env, country), country, walletId);
  return reprojectWallet(env, country, walletId);
}
