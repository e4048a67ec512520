/** What tests of the projection share: runs cut as they want them, and all that the database holds of a wallet. */
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { totalsAccount } from "../../../shared/ledger/house-totals.ts";
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

let daysTaken = 0;

/** The run as if it had been recorded on a day that no other test writes to, and that day: the house's totals of it are the test's own. */
export function onOwnDay(run: WalletRun): { readonly run: WalletRun; readonly day: string } {
  daysTaken += 1;
  const noon = Date.UTC(2022, 0, daysTaken, 9);
  const rows = run.rows.map(({ entry, bet }) => ({ entry: { ...entry, recordedAtMs: noon + entry.seq }, bet }));
  return { run: { ...run, rows }, day: new Date(noon).toISOString().slice(0, 10) };
}

/** An environment whose wallet tells this run, and hears of it as it would. */
export function withWalletTelling(run: WalletRun, { wallet }: TestWallet): typeof env {
  const telling = {
    readEntries: async ({ fromSeq, toSeq }: { readonly fromSeq: number; readonly toSeq: number }) => part(run, fromSeq, toSeq),
    acknowledge: (held: { readonly epoch: number; readonly seq: number }) => wallet.acknowledge(held),
  };
  return { ...env, WALLET: { getByName: () => telling } } as unknown as typeof env;
}

interface DayTotal {
  readonly account: string;
  readonly shard: number;
  readonly sum_minor: number;
  readonly postings: number;
}

/** The house's totals of a day, and what one wallet's postings, each once, make of it. */
export async function house(
  day: string,
  run: WalletRun,
): Promise<{ readonly totals: readonly DayTotal[]; readonly wanted: readonly DayTotal[] }> {
  const { results } = await env.DB_KE.prepare("SELECT account, shard, sum_minor, postings FROM house_daily WHERE day = ? ORDER BY account")
    .bind(day)
    .all<DayTotal>();
  const moved = run.rows.flatMap(({ entry }) => entry.postings).filter(({ amountMinor }) => amountMinor !== 0);
  const wanted = [...Map.groupBy(moved, ({ account }) => totalsAccount(account))].map(([account, postings]) => ({
    account,
    shard: shardOf(run.objectName),
    sum_minor: postings.reduce((total, { amountMinor }) => total + amountMinor, 0),
    postings: postings.length,
  }));
  return { totals: results, wanted: wanted.toSorted((a, b) => a.account.localeCompare(b.account)) };
}

export const acceptedBets = (_object: unknown, state: DurableObjectState) =>
  state.storage.sql.exec("SELECT bet_id FROM accepted_bet").toArray();
export const isDelivered = async ({ wallet }: TestWallet) => expect(await wallet.digest()).toMatchObject({ outboxPending: 0 });
