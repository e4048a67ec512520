/**
 * Exports a wallet page by page, in flat memory however long its journal is; shared/ledger/export-line.ts has the lines.
 *
 * The journal could be read behind a wallet that goes on, but its rows (bets, holds, replies) have only their present state. So an
 * export is of one state: the cursor carries the state that the first page saw, and a page of a wallet that has changed since is
 * refused. Most wallets are one page; an operator who needs a long and busy one freezes it first. A refusal that is remembered between
 * two pages changes nothing but the keys: whether it travels depends on where the cursor stands, and both are right.
 */
import { type Canonical, canonical } from "../../shared/kernel/canonical.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import { EXPORT_FORMAT, EXPORT_START, EXPORT_TABLE_NAMES, type ExportTable, writeLine } from "../../shared/ledger/export-line.ts";
import type { Entry } from "../../shared/ledger/model.ts";
import type { ExportPage, ExportRefusal } from "../../shared/protocol/rpc/wallet-export.ts";
import { sha256Hex } from "../platform/hash.ts";
import type { SqlValue } from "../platform/sql.ts";
import { ExportStore, keyOf } from "./export-store.ts";
import type { Profile } from "./profile-store.ts";
import { stateHash } from "./state-hash.ts";
import { WALLET_MIGRATIONS } from "./wallet-schema.ts";
import type { WalletStores } from "./wallet-stores.ts";

/** A page ends with the line that passes it; far below what a call may carry. */
const PAGE_CHARS = 400_000;
/** Entries or rows of one statement. */
const BATCH = 200;

type Key = readonly SqlValue[];
type Content = { readonly [key: string]: Canonical };

/** What an export has come to. */
interface Cursor {
  /** The state that the export is of. */
  readonly cut: string;
  /** Lines written, and the last one's hash. */
  readonly line: number;
  readonly hash: string;
  /** Which of `PARTS` goes on, after which key. */
  readonly part: number;
  readonly after: Key;
}

interface Scope {
  readonly wallet: WalletStores;
  readonly profile: Profile;
  readonly exports: ExportStore;
}

interface Item {
  readonly content: Content;
  /** Where to go on after it. */
  readonly key: Key;
}

/** The next items of one part after a key, at most `BATCH`; `line` is how many lines are written. */
type Part = (scope: Scope, after: Key, line: number) => readonly Item[];

const PARTS: readonly Part[] = [headerItems, entryItems, ...EXPORT_TABLE_NAMES.map(rowItems), endItems];

/** Writes the next page. Refuses `wallet_not_open`, and `export_outdated` when the wallet is not as the first page saw it. */
export function exportPage(wallet: WalletStores, cursorText: string | null): Result<ExportPage, ExportRefusal> {
  wallet.forget();
  const profile = wallet.profiles.profile();
  if (profile === null) return err({ reason: "wallet_not_open" });
  const cut = cutOf(wallet, profile);
  const from = cursorText === null ? { cut, line: 0, hash: EXPORT_START, part: 0, after: [] } : (JSON.parse(cursorText) as Cursor);
  if (from.cut !== cut) return err({ reason: "export_outdated" });

  const scope = { wallet, profile, exports: new ExportStore(wallet.sql) };
  const lines: string[] = [];
  let { hash, part, after }: Cursor = from;
  let chars = 0;
  for (let write = PARTS[part]; write !== undefined && chars < PAGE_CHARS; write = PARTS[part]) {
    const items = write(scope, after, from.line + lines.length);
    for (const { content, key } of items) {
      const written = writeLine(hash, { ...content, n: from.line + lines.length + 1 }, sha256Hex);
      lines.push(written.text);
      chars += written.text.length;
      hash = written.hash;
      after = key;
      if (chars >= PAGE_CHARS) break;
    }
    if (chars < PAGE_CHARS && items.length < BATCH) {
      part += 1;
      after = [];
    }
  }
  const next: Cursor = { cut, line: from.line + lines.length, hash, part, after };
  const { epoch, head } = wallet.journal.book();
  return ok({ lines, cursor: part < PARTS.length ? JSON.stringify(next) : null, epoch, seq: head.seq });
}

/** Every change of a wallet is an entry, but for a freeze by its own check. */
function cutOf(wallet: WalletStores, { epoch, frozenReason }: Profile): string {
  return sha256Hex(canonical([epoch, wallet.journal.book().head.hash, frozenReason]));
}

function headerItems({ wallet, profile, exports }: Scope, after: Key): readonly Item[] {
  if (after.length > 0) return [];
  const { walletId, userId, country, currency, epoch, frozenReason, verified, exclusion } = profile;
  const { head } = wallet.journal.book();
  const content = {
    type: "header",
    format: EXPORT_FORMAT,
    walletId,
    userId,
    country,
    currency,
    epoch,
    schema: WALLET_MIGRATIONS.length,
    headSeq: head.seq,
    headHash: head.hash,
    openedAtMs: exports.openedAtMs(),
    frozenReason,
    isVerified: verified,
    isExcluded: exclusion !== null,
    excludedUntilMs: exclusion?.untilMs ?? null,
  };
  return [{ content, key: [1] }];
}

function entryItems({ wallet }: Scope, [after]: Key): readonly Item[] {
  return wallet.journal
    .entries(Number(after ?? 0) + 1, BATCH)
    .map((entry) => ({ content: { type: "entry", entry: plainEntry(entry) }, key: [entry.seq] }));
}

function rowItems(table: ExportTable): Part {
  return ({ exports }, after) =>
    exports.rowsAfter(table, after, BATCH).map((row) => ({ content: { type: "row", table, row }, key: keyOf(table, row) }));
}

function endItems({ wallet, profile }: Scope, after: Key, line: number): readonly Item[] {
  if (after.length > 0) return [];
  const entries = wallet.journal.book().head.seq;
  // All lines but the header's and the entries'.
  const rows = line - 1 - entries;
  invariant(rows >= 0, "an export ends after its entries");
  return [{ content: { type: "end", entries, rows, digest: stateHash(wallet, profile) }, key: [1] }];
}

function plainEntry(entry: Entry): Canonical {
  return { ...entry, postings: entry.postings.map((posting) => ({ ...posting })) };
}
