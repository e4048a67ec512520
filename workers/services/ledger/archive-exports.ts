/**
 * Keeps an export of every wallet in the archive: once a day each wallet is looked at, shard by shard, and exported when it has moved
 * since the last one.
 *
 * Bounded by wallets and by bytes: a run that has written enough stops, and the next one goes on. A wallet that moves while it is
 * exported is left for the next day, and the log says so; it has its journal in the object and the projection meanwhile.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { DAY_MS, localDay, unixMs } from "../../../shared/kernel/time.ts";
import { SHARD_COUNT } from "../../../shared/ledger/shards.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { listLeaves } from "../../adapters/d1/projected-wallets.ts";
import { readCursor, saveCursor } from "../../adapters/d1/reconciliation-log.ts";
import { hasExport, keepExport } from "../../adapters/r2/export-archive.ts";
import { databaseOf, type Env } from "../../env.ts";
import { textFrom } from "./export-pages.ts";

const JOB = "exports";
/**
 * Four calls each, in three countries, of the thousand that the run's other jobs leave: a country of 17,000 wallets passes in a day, a
 * larger one takes longer, and the cursor shows it.
 */
const WALLETS_PER_RUN = 60;
/** Some seconds of writing, and a hundred calls. */
const BYTES_PER_RUN = 32 * 1024 * 1024;

interface Position {
  readonly day: string;
  readonly shard: number;
  /** The last wallet that was looked at. */
  readonly after: string;
}

/** Exports the next wallets that are due. Idempotent; does nothing once today's pass is done. */
export async function archiveExports(env: Env, country: Country, nowMs: number): Promise<void> {
  const database = databaseOf(env, country);
  const today = localDay(unixMs(nowMs), 0);
  const save = ({ day, shard, after }: Position) => saveCursor(database, JOB, `${day}/${shard}/${after}`, nowMs);
  let position = readPosition((await readCursor(database, JOB))?.position ?? `${today}/0/`);
  let [looked, bytes] = [0, 0];
  while (position.day <= today && looked < WALLETS_PER_RUN && bytes < BYTES_PER_RUN) {
    const page = await listLeaves(database, position.shard, position.after, WALLETS_PER_RUN - looked);
    for (const { walletId, epoch, seq } of page) {
      position = { ...position, after: walletId };
      looked += 1;
      if (await hasExport(env.ARCHIVE, { country, walletId, epoch, seq })) continue;
      // Moved on before: a wallet whose export ends the run must not be met by every later one.
      await save(position);
      bytes += await archiveWallet(env, country, walletId);
      if (bytes >= BYTES_PER_RUN) break;
    }
    if (page.length === 0) position = nextShard(position, today);
  }
  await save(position);
}

/** Exports one wallet as it is now, and answers the bytes written; a failure is logged and costs the others nothing. */
async function archiveWallet(env: Env, country: Country, walletId: string): Promise<number> {
  const wallet = env.WALLET.getByName(walletId);
  try {
    const first = await wallet.exportPage(null);
    if (!first.ok) throw new Error("a projected wallet is not open");
    const { epoch, seq } = first.value;
    return await keepExport(env.ARCHIVE, { country, walletId, epoch, seq }, textFrom(wallet, first.value));
  } catch (error) {
    log("warn", "wallet_not_exported", { walletId, error });
    return 0;
  }
}

function readPosition(text: string): Position {
  const [day = "", shard, after = ""] = text.split("/");
  return { day, shard: Number(shard), after };
}

/** A day that was missed is not made up for: an export is of the wallet as it is. */
function nextShard({ day, shard }: Position, today: string): Position {
  if (shard + 1 < SHARD_COUNT) return { day, shard: shard + 1, after: "" };
  return { day: localDay(unixMs(Date.parse(`${today}T00:00:00Z`) + DAY_MS), 0), shard: 0, after: "" };
}
