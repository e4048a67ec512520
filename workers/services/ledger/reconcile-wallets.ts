/**
 * L2: wallets against the country's database, page by page with a cursor, so that the whole fleet passes within a day; each wallet also
 * takes a step of its check of itself (L1).
 *
 * The wallet is right. What the database lost or has wrong is written again from the wallet; a database that knows more than the
 * wallet, or something else, is left as it is for a person to look at. Nothing is ever written into a wallet's ledger from here.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { countWallets, listWallets, type ProjectedWallet, readWallets } from "../../adapters/d1/projected-wallets.ts";
import { type Finding, readCursor, saveRun } from "../../adapters/d1/reconciliation-log.ts";
import { databaseOf, type Env } from "../../env.ts";
import { compareWallet, UNREPAIRED } from "./compare-wallet.ts";

const JOB = "wallets";
/** Cron runs every five minutes: 288 a day, of which a pass may need this many. */
const RUNS_PER_PASS = 240;
/** A small fleet passes many times a day; waking fewer wallets a run than this would save nothing. */
const WALLETS_PER_RUN_MIN = 20;
/**
 * A wallet takes up to five calls and one run may make 10,000 for its three countries. So a country of up to 144,000 wallets passes in
 * a day; a larger one takes longer, and the runs' positions show it.
 */
const WALLETS_PER_RUN_MAX = 600;
/** As many as the platform lets one invocation wait for at a time. */
const CONCURRENCY = 6;
/**
 * A repair reads a journal anew, which takes many calls: after as many as this a run records what it found and leaves the rest of its
 * page to the next one. A database that was set back far must not use up the calls that the record of the look and other jobs need.
 */
const REPAIRS_PER_RUN = 10;
const REPAIRED_CLASSES: ReadonlySet<string> = new Set(["behind", "balances"]);
const UNREACHABLE = "unreachable";

/** Reconciles the next wallets and records the run. Idempotent; a run that dies is taken up where it began. */
export async function reconcileWallets(env: Env, country: Country, nowMs: number): Promise<void> {
  const database = databaseOf(env, country);
  const fromPosition = (await readCursor(database, JOB))?.position ?? "";
  const limit = pageSize(await countWallets(database));
  const wallets = await listWallets(database, country, fromPosition, limit);
  const look = await lookAt(env, country, wallets, REPAIRS_PER_RUN);
  const isLastPage = wallets.length < limit && look.wallets.length === wallets.length;
  const toPosition = isLastPage ? "" : (look.wallets.at(-1)?.walletId ?? "");
  await recordRun(env, country, look, nowMs, { fromPosition, toPosition });
}

/** Reconciles these wallets now, outside the pass: after a repair, a restore or a doubt. */
export async function reconcileNamedWallets(env: Env, country: Country, walletIds: readonly string[], nowMs: number): Promise<void> {
  const wallets = await readWallets(databaseOf(env, country), walletIds);
  await recordRun(env, country, await lookAt(env, country, wallets, Number.POSITIVE_INFINITY), nowMs, null);
}

function pageSize(fleet: number): number {
  return Math.min(WALLETS_PER_RUN_MAX, Math.max(WALLETS_PER_RUN_MIN, Math.ceil(fleet / RUNS_PER_PASS)));
}

interface Look {
  /** Those that were looked at, in order. */
  readonly wallets: readonly ProjectedWallet[];
  readonly findings: readonly Finding[];
}

/** Looks at one wallet after another, a few at a time, until all are looked at or too much had to be repaired. */
async function lookAt(env: Env, country: Country, wallets: readonly ProjectedWallet[], repairsMax: number): Promise<Look> {
  const findings: Finding[] = [];
  let looked = 0;
  while (looked < wallets.length && findings.filter(({ class: kind }) => REPAIRED_CLASSES.has(kind)).length < repairsMax) {
    const found = await Promise.all(wallets.slice(looked, looked + CONCURRENCY).map((wallet) => reconcileWallet(env, country, wallet)));
    findings.push(...found.flat());
    looked += CONCURRENCY;
  }
  return { wallets: wallets.slice(0, looked), findings };
}

async function recordRun(
  env: Env,
  country: Country,
  { wallets, findings }: Look,
  startedAtMs: number,
  page: { readonly fromPosition: string; readonly toPosition: string } | null,
): Promise<void> {
  for (const finding of findings) log("error", "wallet_not_reconciled", { country, ...finding });
  await saveRun(databaseOf(env, country), {
    country,
    level: "L2",
    scope: "wallets",
    fromPosition: page?.fromPosition ?? wallets[0]?.walletId ?? "",
    toPosition: page?.toPosition ?? wallets.at(-1)?.walletId ?? "",
    startedAtMs,
    endedAtMs: Math.max(startedAtMs, Date.now()),
    checked: wallets.length,
    findings,
    subjects: lookedAt(wallets, findings),
    cursor: page === null ? null : { job: JOB, position: page.toPosition },
  });
}

/** A wallet that could not be asked was not found right: what is open of it stays open. */
function lookedAt(wallets: readonly ProjectedWallet[], findings: readonly Finding[]): readonly string[] {
  const unseen = new Set(findings.filter((finding) => finding.class === UNREACHABLE).map(({ subject }) => subject));
  return wallets.map(({ walletId }) => walletId).filter((walletId) => !unseen.has(walletId));
}

async function reconcileWallet(env: Env, country: Country, projected: ProjectedWallet): Promise<readonly Finding[]> {
  try {
    return await compareWallet(env, country, projected);
  } catch (error) {
    // One wallet that can't be reached must not keep the others from being looked at.
    return [{ ...UNREPAIRED, class: UNREACHABLE, subject: projected.walletId, note: String(error) }];
  }
}
