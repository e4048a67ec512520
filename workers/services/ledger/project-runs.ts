/**
 * Carries runs of wallets' journals to the country's database: placed bets to their channels, then rows that link to what is stored,
 * then word to the wallet, which sends again what it has no word of.
 *
 * Works on all runs of a queue batch at once, because one database batch and one acknowledgement a wallet cost a fraction of one a
 * run. A run beyond a gap has the wallet asked for what lies between. What fails does not keep other wallets waiting.
 */
import { sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { log } from "../../../durable-objects/platform/log.ts";
import { invariant } from "../../../shared/kernel/invariant.ts";
import { type CopyHead, flawOf, headAfter, headBefore, link } from "../../../shared/ledger/run-chain.ts";
import type { WalletRun, WalletRunRow } from "../../../shared/protocol/queue/wallet-run.ts";
import { readHeads, storeRows } from "../../adapters/d1/wallet-journal.ts";
import type { WalletRows } from "../../adapters/d1/wallet-records.ts";
import { databaseOf, type Env } from "../../env.ts";
import { confirmBets, type Unconfirmed } from "./confirm-bets.ts";

/** Pages of a wallet's journal, up to a hundred entries each, that one batch asks for: a longer gap is closed by the repeats. */
const GAP_PAGES_MAX = 20;

interface Numbered {
  readonly index: number;
  readonly run: WalletRun;
}

type Fail = (index: number, what: string, cause: unknown) => void;

/** The runs of one wallet, how far it is stored, and what of them follows. */
interface Gathered extends WalletRows {
  readonly runs: readonly Numbered[];
  readonly copy: CopyHead | null;
}

/** Applies runs; says for each, in order, why it has to come again, or null when all of it stands. Idempotent. */
export async function projectRuns(env: Env, runs: readonly WalletRun[]): Promise<readonly (Error | null)[]> {
  const failures = runs.map((): Error | null => null);
  const fail: Fail = (index, what, cause) => {
    failures[index] ??= new Error(what, { cause });
  };
  const flawless = runs.flatMap((run, index): Numbered[] => {
    const flaw = flawOf(run);
    if (flaw === null) return [{ index, run }];
    fail(index, "a wallet's run is malformed", flaw);
    return [];
  });
  const byCountry = Map.groupBy(flawless, ({ run }) => run.country);
  await Promise.all([...byCountry].map(([country, own]) => projectCountry(env, databaseOf(env, country), own, fail)));
  return failures;
}

async function projectCountry(env: Env, database: D1Database, numbered: readonly Numbered[], fail: Fail): Promise<void> {
  const byWallet = Map.groupBy(numbered, ({ run }) => run.objectName);
  const runs = numbered.map(({ run }) => run);
  // At the same time, and whatever becomes of the other: a bet's channel must hear of it although the database is down.
  const [unconfirmed, heads] = await Promise.all([confirmBets(env, runs), readHeads(database, [...byWallet.keys()]).catch(asError)]);
  if (heads instanceof Error) {
    for (const { index } of numbered) fail(index, "how far wallets are stored could not be read", heads);
    return;
  }
  const gathered = await Promise.all(
    [...byWallet].map(([walletId, own]) => gather(env, own, heads.get(walletId) ?? null, unconfirmed, fail)),
  );
  const stored = await store(database, gathered, fail);
  await Promise.all(gathered.map(({ wallet, runs: own, copy }) => acknowledge(env, own, stored.get(wallet.objectName) ?? copy, fail)));
}

/** The rows of one wallet as they line up behind its head. */
interface Line {
  head: CopyHead;
  readonly rows: WalletRunRow[];
  pagesLeft: number;
}

async function gather(
  env: Env,
  numbered: readonly Numbered[],
  copy: CopyHead | null,
  unconfirmed: Unconfirmed,
  fail: Fail,
): Promise<Gathered> {
  const runs = numbered.toSorted((a, b) => a.run.epoch - b.run.epoch || a.run.fromSeq - b.run.fromSeq);
  const newest = runs.at(-1)?.run;
  invariant(newest !== undefined, "a wallet without a run");
  const line: Line = { head: headBefore(newest, copy, sha256Hex), rows: [], pagesLeft: GAP_PAGES_MAX };
  for (const { index, run } of runs) {
    try {
      await lineUp(env, line, run, unconfirmed);
    } catch (error) {
      fail(index, "a wallet's run can't be stored yet", error);
    }
  }
  return { runs, copy, wallet: newest, rows: line.rows };
}

/** Appends what of a run is new, after what the wallet says lies between; throws when that can't be. */
async function lineUp(env: Env, line: Line, run: WalletRun, unconfirmed: Unconfirmed): Promise<void> {
  for (;;) {
    const place = link(run, line.head);
    const { objectName: walletId, epoch, fromSeq, toSeq } = run;
    switch (place.kind) {
      case "next":
        return append(line, place.rows, unconfirmed);
      case "older_epoch":
        // From before the wallet was restored: the newer epoch's journal says what of it stands.
        return log("warn", "run_of_older_epoch", { walletId, epoch, fromSeq, toSeq });
      case "fork":
        log("error", "wallet_journal_forked", { walletId, epoch, seq: place.seq });
        throw new Error(`entry ${place.seq} of ${walletId} contradicts what is stored`);
      case "gap":
        await fillGap(env, line, walletId, place);
    }
  }
}

/** Appends the next page of what is missing, as the wallet tells it. */
async function fillGap(env: Env, line: Line, walletId: string, gap: { readonly fromSeq: number; readonly toSeq: number }): Promise<void> {
  if (line.pagesLeft === 0) throw new Error("the gap is longer than one batch closes");
  line.pagesLeft -= 1;
  const page = await env.WALLET.getByName(walletId).readEntries({ fromSeq: gap.fromSeq, toSeq: gap.toSeq });
  if (page === null || page.epoch !== line.head.epoch || flawOf(page) !== null) throw new Error(`${walletId} does not fill its gap`);
  const place = link(page, line.head);
  if (place.kind !== "next" || place.rows.length === 0) throw new Error(`${walletId} fills its gap with what does not belong there`);
  append(line, place.rows, await confirmBets(env, [page]));
}

/** Appends rows as far as their bets are confirmed; throws at the first that is not. */
function append(line: Line, rows: readonly WalletRunRow[], unconfirmed: Unconfirmed): void {
  const end = unconfirmed.size === 0 ? -1 : rows.findIndex((row) => unconfirmed.has(row));
  const standing = end === -1 ? rows : rows.slice(0, end);
  line.rows.push(...standing);
  line.head = headAfter(line.head, standing);
  const stopped = end === -1 ? undefined : rows[end];
  if (stopped !== undefined) throw new Error("a placed bet could not be confirmed to its fixtures", { cause: unconfirmed.get(stopped) });
}

/** Stores all wallets' rows together and, when that fails, each wallet's by itself; gives back how far those are stored. */
async function store(database: D1Database, gathered: readonly Gathered[], fail: Fail): Promise<ReadonlyMap<string, CopyHead>> {
  const waiting = gathered.filter(({ rows }) => rows.length > 0);
  try {
    return await storeRows(database, waiting);
  } catch (together) {
    log("warn", "projection_batch_failed", { wallets: waiting.length, error: together });
  }
  const heads = new Map<string, CopyHead>();
  for (const one of waiting) {
    try {
      for (const [walletId, head] of await storeRows(database, [one])) heads.set(walletId, head);
    } catch (error) {
      for (const { index } of one.runs) fail(index, "a wallet's rows could not be stored", error);
    }
  }
  return heads;
}

/** Tells a wallet how far it is stored; a run that goes beyond comes again. */
async function acknowledge(env: Env, runs: readonly Numbered[], head: CopyHead | null, fail: Fail): Promise<void> {
  for (const { index, run } of runs)
    if (head === null || run.epoch > head.epoch || (run.epoch === head.epoch && run.toSeq > head.seq))
      fail(index, "a wallet's run is not stored to its end", head);
  const walletId = runs[0]?.run.objectName;
  if (head === null || walletId === undefined) return;
  try {
    await env.WALLET.getByName(walletId).acknowledge({ epoch: head.epoch, seq: head.seq });
  } catch (error) {
    for (const { index } of runs) fail(index, "a wallet could not be told how far it is stored", error);
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
