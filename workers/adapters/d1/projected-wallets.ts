/** Reads where wallets stand in a country's database: what reconciliation compares and anchors stand for. */
import { and, asc, eq, gt, inArray, ne, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AnchorLeaf } from "../../../shared/ledger/anchor.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { TOTALS_ACCOUNT } from "./house-totals.ts";
import { user } from "./schema/identity.ts";
import { walletAccount, walletProjection } from "./schema/wallet.ts";

export interface ProjectedAccount {
  readonly account: string;
  readonly postedMinor: number;
  readonly heldMinor: number;
}

export interface ProjectedWallet {
  readonly walletId: string;
  /** Null for a player whose wallet is not projected at all. */
  readonly head: { readonly epoch: number; readonly seq: number; readonly hash: string } | null;
  readonly accounts: readonly ProjectedAccount[];
}

/** A page of the country's wallets by id: those that are projected and those of all players, whichever table lost one. */
export async function listWallets(
  database: D1Database,
  country: Country,
  afterId: string,
  limit: number,
): Promise<readonly ProjectedWallet[]> {
  const { results } = await database
    .prepare(
      `SELECT id FROM (SELECT wallet_id AS id FROM wallet_projection WHERE wallet_id > ?1 ORDER BY wallet_id LIMIT ?3)
       UNION SELECT id FROM (SELECT ?2 || user_id AS id FROM user WHERE user_id > ?4 ORDER BY user_id LIMIT ?3)
       ORDER BY id LIMIT ?3`,
    )
    .bind(afterId, `${country}:`, limit, afterId.slice(`${country}:`.length))
    .all<{ id: string }>();
  const ids = results.map(({ id }) => id);
  return ids.length === 0 ? [] : readWallets(database, ids);
}

/** These wallets, heads and accounts of one moment, in the order of their ids. */
export async function readWallets(database: D1Database, ids: readonly string[]): Promise<readonly ProjectedWallet[]> {
  const db = drizzle(database);
  const wanted = sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  const [heads, accounts] = await db.batch([
    db
      .select({
        walletId: walletProjection.walletId,
        epoch: walletProjection.epoch,
        seq: walletProjection.seq,
        hash: walletProjection.hash,
      })
      .from(walletProjection)
      .where(inArray(walletProjection.walletId, wanted)),
    db
      .select({
        walletId: walletAccount.walletId,
        account: walletAccount.account,
        postedMinor: walletAccount.postedMinor,
        heldMinor: walletAccount.heldMinor,
      })
      .from(walletAccount)
      .where(inArray(walletAccount.walletId, wanted)),
  ]);
  const headOf = new Map(heads.map(({ walletId, ...head }) => [walletId, head]));
  const accountsOf = Map.groupBy(accounts, ({ walletId }) => walletId);
  return ids.map((walletId) => ({
    walletId,
    head: headOf.get(walletId) ?? null,
    accounts: (accountsOf.get(walletId) ?? []).map(({ walletId: _id, ...account }) => account),
  }));
}

/** A page of the projected wallets by id, with the last entry that is stored of each. */
export async function listProjected(
  database: D1Database,
  afterId: string,
  limit: number,
): Promise<readonly { readonly walletId: string; readonly seq: number }[]> {
  const { walletId, seq } = walletProjection;
  return drizzle(database)
    .select({ walletId, seq })
    .from(walletProjection)
    .where(gt(walletId, afterId))
    .orderBy(asc(walletId))
    .limit(limit);
}

/** How many wallets a whole pass has to look at. */
export async function countWallets(database: D1Database): Promise<number> {
  const db = drizzle(database);
  const [projected, players] = await db.batch([
    db.select({ n: sql<number>`count(*)` }).from(walletProjection),
    db.select({ n: sql<number>`count(*)` }).from(user),
  ]);
  return Math.max(projected[0]?.n ?? 0, players[0]?.n ?? 0);
}

/** A page of a shard's wallets by id, as an anchor's leaves. */
export async function listLeaves(database: D1Database, shard: number, afterId: string, limit: number): Promise<readonly AnchorLeaf[]> {
  const { walletId, epoch, seq, hash } = walletProjection;
  return drizzle(database)
    .select({ walletId, epoch, seq, hash })
    .from(walletProjection)
    .where(and(eq(walletProjection.shard, shard), gt(walletId, afterId)))
    .orderBy(asc(walletId))
    .limit(limit);
}

/** How many of these leaves are entries of the stored journals. */
export async function countStoredLeaves(database: D1Database, leaves: readonly AnchorLeaf[]): Promise<number> {
  const stored = await database
    .prepare(
      `SELECT count(*) AS n FROM json_each(?) AS leaf WHERE EXISTS (
         SELECT 1 FROM wallet_entry AS entry
         WHERE entry.wallet_id = leaf.value ->> 'walletId' AND entry.epoch <= leaf.value ->> 'epoch'
           AND entry.seq = leaf.value ->> 'seq' AND entry.hash = leaf.value ->> 'hash')`,
    )
    .bind(JSON.stringify(leaves))
    .first<number>("n");
  return stored ?? 0;
}

export interface AccountSum {
  /** As the house's totals call it: the players' grants are one. */
  readonly account: string;
  readonly currency: string;
  /** Minor units. */
  readonly accountsMinor: number;
  readonly totalsMinor: number;
}

/** What all wallets' accounts of each kind add up to, and what the house's totals say of them; of one moment. */
export async function sumAccounts(database: D1Database): Promise<readonly AccountSum[]> {
  const { results } = await database
    .prepare(
      `SELECT account, currency, sum(here) AS accountsMinor, sum(there) AS totalsMinor FROM (
         SELECT ${TOTALS_ACCOUNT} AS account, currency, posted_minor AS here, 0 AS there
         FROM wallet_account
         UNION ALL SELECT account, currency, 0, sum_minor FROM house_daily
       ) GROUP BY account, currency`,
    )
    .all<AccountSum>();
  return results;
}

/** Wallets whose account of this code has not returned to zero. */
export async function listOutstanding(
  database: D1Database,
  account: string,
  limit: number,
): Promise<readonly { walletId: string; postedMinor: number }[]> {
  return drizzle(database)
    .select({ walletId: walletAccount.walletId, postedMinor: walletAccount.postedMinor })
    .from(walletAccount)
    .where(and(eq(walletAccount.account, account), ne(walletAccount.postedMinor, 0)))
    .orderBy(asc(walletAccount.walletId))
    .limit(limit);
}
