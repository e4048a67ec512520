/** Packs a stretch of the journal into runs that a queue takes: entries in order, each run under the size limit. */
import { QUEUE_MESSAGE_BYTES_MAX } from "../../shared/kernel/limits.ts";
import type { Entry } from "../../shared/ledger/model.ts";
import type { WalletRun, WalletRunRow } from "../../shared/protocol/queue/wallet-run.ts";
import type { BetView } from "../../shared/protocol/rpc/wallet.ts";
import { type Bet, toBetView } from "./bet-store.ts";
import type { WalletStores } from "./wallet-stores.ts";

/** Room for the run around its rows. */
const ENVELOPE_BYTES = 1_000;
const ROWS_MAX = 100;

/**
 * The first run of the entries from `fromSeq` to `toSeq`; null when there are none. It ends early at a size; what follows is the
 * next call's. An entry alone may pass the size: the queue then refuses it and the alarm's log names it. The sender reads the `tail`,
 * which may be in memory; everybody else reads storage.
 */
export function runFrom(wallet: WalletStores, fromSeq: number, toSeq: number, read: "entries" | "tail" = "entries"): WalletRun | null {
  const profile = wallet.profiles.profile();
  // SQLite takes a negative limit for none at all.
  if (profile === null || toSeq < fromSeq) return null;
  const rows: WalletRunRow[] = [];
  let bytes = ENVELOPE_BYTES;
  const entries = wallet.journal[read](fromSeq, Math.min(toSeq - fromSeq + 1, ROWS_MAX));
  const bets = wallet.bets.findAll(entries.flatMap(({ refType, ref }) => (refType === "bet" ? [ref] : [])));
  for (const entry of entries) {
    const row = rowOf(entry, bets);
    bytes += bytesOf(row);
    if (rows.length > 0 && bytes > QUEUE_MESSAGE_BYTES_MAX) break;
    rows.push(row);
  }
  const last = rows.at(-1)?.entry;
  if (last === undefined) return null;
  const { walletId, country, userId, currency, epoch } = profile;
  return {
    v: 1,
    source: "wallet",
    objectName: walletId,
    country,
    userId,
    currency,
    epoch,
    fromSeq,
    toSeq: last.seq,
    headHash: last.hash,
    rows,
  };
}

/** Room for a row without its ref, postings, tax lines and bet: names, times and hashes. */
const ROW_BYTES = 700;
const POSTING_BYTES = 250;
/** What JSON may make of one character, escaped. */
const CHARACTER_BYTES_MAX = 6;

/** At most so many bytes of JSON; counted exactly only where long free text is. */
function bytesOf({ entry, bet }: WalletRunRow): number {
  const fixed = ROW_BYTES + entry.ref.length * CHARACTER_BYTES_MAX + entry.postings.length * POSTING_BYTES;
  if (entry.taxLines.length === 0 && bet === null) return fixed;
  return fixed + new TextEncoder().encode(JSON.stringify([entry.taxLines, bet])).length;
}

/** The command's key and the entry's facts stay in the wallet: the projection has no use for them. */
function rowOf({ key: _key, facts: _facts, ...entry }: Entry, bets: ReadonlyMap<string, Bet>): WalletRunRow {
  const bet = entry.refType === "bet" ? bets.get(entry.ref) : undefined;
  const view = bet === undefined ? null : toBetView(bet);
  return {
    entry: { ...entry, postings: [...entry.postings], taxLines: [...entry.taxLines] },
    bet: view === null ? null : { ...view, selections: view.selections.map(toldSelection) },
  };
}

function toldSelection({ builder, ...selection }: BetView["selections"][number]): NonNullable<WalletRunRow["bet"]>["selections"][number] {
  return builder === undefined ? selection : { ...selection, builder: { parts: [...builder.parts] } };
}
