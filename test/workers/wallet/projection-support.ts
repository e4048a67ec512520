/** What tests of the projection share: runs cut as they want them, and all that the database holds of a wallet. */
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { shardOf } from "../../../shared/ledger/shards.ts";
import type { WalletRun } from "../../../shared/protocol/queue/wallet-run.ts";
import { consumeProjections } from "../../../workers/queues/projection.ts";
import { betCommand, selection } from "../../support/wallet-commands.ts";
import { openFixture } from "../odds/messages.ts";
import { must, type TestWallet } from "./wallet-support.ts";

/** Consumes one message as the queue's batch of one; throws what would make it come again. */
export async function consumeProjection(environment: typeof env, body: unknown): Promise<void> {
  const [failure] = await consumeProjections(environment, [body]);
  if (failure) throw failure;
}

export const PATIENCE = { timeout: 10_000, interval: 100 };

export async function placeKnownBet({ wallet }: TestWallet, stakeMinor = 10_000) {
  const { fixtureId, feed, channel } = await openFixture("KE");
  const command = betCommand({ stakeMinor, selections: [selection({ fixtureId })] });
  must(await wallet.placeBet(command));
  return { command, feed, channel, fixtureId };
}

/** All that the database holds of a wallet but the house's totals. */
export async function stored(walletId: string) {
  const all = async (query: string) => (await env.DB_KE.prepare(query).bind(walletId).all()).results;
  return {
    head: await all("SELECT * FROM wallet_projection WHERE wallet_id = ?"),
    entries: await all("SELECT * FROM wallet_entry WHERE wallet_id = ? ORDER BY epoch, seq"),
    postings: await all("SELECT * FROM wallet_posting WHERE wallet_id = ? ORDER BY epoch, seq, n"),
    accounts: await all("SELECT * FROM wallet_account WHERE wallet_id = ? ORDER BY account"),
    bets: await all("SELECT * FROM bet WHERE wallet_id = ? ORDER BY bet_id"),
    selections: await all("SELECT * FROM bet_selection WHERE bet_id IN (SELECT bet_id FROM bet WHERE wallet_id = ?) ORDER BY bet_id, n"),
  };
}

export const wholeRun = async ({ wallet }: TestWallet): Promise<WalletRun> => {
  const run = await wallet.readEntries({ fromSeq: 1, toSeq: Number.MAX_SAFE_INTEGER });
  if (run === null) throw new Error("an empty journal");
  return run;
};

/** The part of a run from one sequence to another, as a run. */
export function part(run: WalletRun, fromSeq: number, toSeq: number): WalletRun {
  const rows = run.rows.filter(({ entry }) => entry.seq >= fromSeq && entry.seq <= toSeq);
  return { ...run, fromSeq, toSeq, headHash: rows.at(-1)?.entry.hash ?? "", rows };
}

/** Keeps wallets from sending by themselves for the rest of a test: the projection gets what the test gives it. */
export function silenceWallets(): void {
  vi.spyOn(env.PROJECTION_QUEUE, "send").mockResolvedValue({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } });
}

/** The house's totals and the sums of all stored postings, which they must be; and the rows of the wallet's own shard. */
export async function house({ walletId }: TestWallet) {
  const [totals, postings, shard] = await env.DB_KE.batch([
    env.DB_KE.prepare("SELECT day, account, sum(sum_minor) AS s, sum(postings) AS n FROM house_daily GROUP BY 1, 2 ORDER BY 1, 2"),
    env.DB_KE.prepare(
      `SELECT date(recorded_at_ms / 1000 + 10800, 'unixepoch') AS day,
         CASE WHEN account LIKE 'user:bonus:%' THEN 'user:bonus' ELSE account END AS account, sum(amount_minor) AS s, count(*) AS n
       FROM wallet_posting WHERE amount_minor <> 0 GROUP BY 1, 2 ORDER BY 1, 2`,
    ),
    env.DB_KE.prepare("SELECT * FROM house_daily WHERE shard = ? ORDER BY day, account").bind(shardOf(walletId)),
  ]);
  return { totals: totals?.results, postings: postings?.results, shard: shard?.results };
}

export const acceptedBets = (_object: unknown, state: DurableObjectState) =>
  state.storage.sql.exec("SELECT bet_id FROM accepted_bet").toArray();
export const isDelivered = async ({ wallet }: TestWallet) => expect(await wallet.digest()).toMatchObject({ outboxPending: 0 });
