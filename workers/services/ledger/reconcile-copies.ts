/**
 * L2's other half, once a day: whether the database's copy of each wallet's journal is whole behind its head. The pass over wallets
 * compares heads and balances, so a row that was lost in the middle of a journal is found here.
 *
 * A copy that is not whole is dropped and read anew from its wallet, unless the wallet does not hold by itself or the copy is of
 * another journal: then it may be the better witness, and a person looks.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { DAY_MS, localDay, unixMs } from "../../../shared/kernel/time.ts";
import { isProjected } from "../../../shared/ledger/invariants.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { brokenCopies } from "../../adapters/d1/copy-check.ts";
import { listProjected, readWallets } from "../../adapters/d1/projected-wallets.ts";
import { type Finding, readCursor, saveCursor, saveRun } from "../../adapters/d1/reconciliation-log.ts";
import { databaseOf, type Env } from "../../env.ts";
import { rebuildWallet } from "./reproject-wallet.ts";

const JOB = "copies";
/** A run looks at so many wallets, or at as few as have so many entries together: some seconds of the database's time. */
const WALLETS_PER_RUN = 600;
const ENTRIES_PER_RUN = 100_000;
/** A copy that is read anew takes many calls; a run that finds more stops there, and the next one goes on. */
const REPAIRS_PER_RUN = 10;

/** Looks at the next copies and records the run; does nothing once today's pass is done. Idempotent. */
export async function reconcileCopies(env: Env, country: Country, nowMs: number): Promise<void> {
  const database = databaseOf(env, country);
  const today = localDay(unixMs(nowMs), 0);
  const fromPosition = (await readCursor(database, JOB))?.position ?? `${today}/`;
  const [day = "", after = ""] = fromPosition.split("/");
  if (day > today) return;
  const listed = await listProjected(database, after, WALLETS_PER_RUN);
  const page = bounded(listed);
  const broken = await brokenCopies(database, page);
  const findings: Finding[] = [];
  let looked = page;
  for (const [walletId, parts] of [...broken].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (findings.length === REPAIRS_PER_RUN) {
      looked = page.filter((each) => each < walletId);
      break;
    }
    const note = `the database's copy of the journal is not whole: ${parts.join(", ")}`;
    const repaired = await repair(env, country, walletId);
    findings.push({ class: "rows", subject: walletId, hereMinor: null, thereMinor: null, note, repaired });
  }
  const isDone = listed.length < WALLETS_PER_RUN && looked.length === listed.length;
  const toPosition = isDone ? `${nextDay(today)}/` : `${day}/${looked.at(-1) ?? after}`;
  if (isDone && page.length === 0) return saveCursor(database, JOB, toPosition, nowMs);
  for (const finding of findings) log("error", "copy_not_reconciled", { country, ...finding });
  await saveRun(database, {
    ...{ country, level: "L2", scope: JOB, fromPosition, toPosition, startedAtMs: nowMs, endedAtMs: Math.max(nowMs, Date.now()) },
    ...{ checked: looked.length, findings, subjects: looked, cursor: { job: JOB, position: toPosition } },
  });
}

/** The first wallets that have no more entries together than a run looks at; at least one. */
function bounded(wallets: readonly { readonly walletId: string; readonly seq: number }[]): readonly string[] {
  let entries = 0;
  const taken = wallets.filter(({ seq }, index) => {
    entries += seq;
    return index === 0 || entries <= ENTRIES_PER_RUN;
  });
  return taken.map(({ walletId }) => walletId);
}

function nextDay(day: string): string {
  return localDay(unixMs(Date.parse(`${day}T00:00:00Z`) + DAY_MS), 0);
}

/** Reads the copy anew where that is safe, and says whether it is whole then; a failure is logged and costs the others nothing. */
async function repair(env: Env, country: Country, walletId: string): Promise<boolean> {
  const database = databaseOf(env, country);
  const wallet = env.WALLET.getByName(walletId);
  try {
    const [copy] = await readWallets(database, [walletId]);
    const checked = await wallet.check();
    const head = await wallet.head();
    if (!checked.ok || !head.ok || checked.value.violations.length > 0 || copy?.head == null) return false;
    const hash = await wallet.hashAt(copy.head.seq);
    if (!isProjected(head.value, copy.head, () => hash)) return false;
    const rebuilt = await rebuildWallet(env, country, walletId);
    return rebuilt?.isComplete === true && !(await brokenCopies(database, [walletId])).has(walletId);
  } catch (error) {
    log("warn", "copy_not_repaired", { walletId, error });
    return false;
  }
}
