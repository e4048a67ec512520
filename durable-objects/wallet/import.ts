/**
 * Imports an export, page by page, into a wallet that is not open.
 *
 * A page is one transaction: it is taken whole or not at all, and the wallet remembers how far it came, so that after a refusal the
 * right page goes on. Until the last line is taken the wallet has no profile: every command answers `wallet_not_open` and nothing can
 * open it, so that nobody plays with half a journal. The last line opens it only when the stored state has the digest that the export
 * says and breaks no invariant. The epoch stays: it is the same journal.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import { NOTHING_READ, placedBetOf, type Reading, readLine, seqDue } from "../../shared/ledger/export-format.ts";
import type { ExportLine } from "../../shared/ledger/export-line.ts";
import { isPaidAsSettled, sentenceOf } from "../../shared/ledger/invariants.ts";
import type { ImportProgress, ImportRefusal } from "../../shared/protocol/rpc/wallet-export.ts";
import { tenantOf } from "../../shared/tenants/index.ts";
import { sha256Hex } from "../platform/hash.ts";
import { brokenAtHead } from "./check.ts";
import { ExportStore } from "./export-store.ts";
import { stateHash } from "./state-hash.ts";
import type { WalletStores } from "./wallet-stores.ts";

/** Lines and characters of one page: more than an exported page has. */
const PAGE_LINES_MAX = 10_000;
const PAGE_CHARS_MAX = 4_000_000;

/** What SQLite says of a row that a table of ours can't hold. */
const CONSTRAINT = /constraint|cannot store/i;

/** Undoes the page. */
class PageRefused extends Error {
  readonly reading: Reading;

  constructor(reading: Reading, why: string) {
    super(why);
    this.reading = reading;
  }
}

/**
 * Takes the next lines of an export of the wallet `ownName`. Refuses `wallet_exists` when the wallet is open, and `import_refused` with
 * the line and entry that can't be believed; a refused page changes nothing. Not idempotent: a page sent twice is refused with the line
 * that is due.
 */
export function importPage(wallet: WalletStores, ownName: string, lines: readonly string[]): Result<ImportProgress, ImportRefusal> {
  if (wallet.profiles.profile() !== null) return err({ reason: "wallet_exists" });
  try {
    return ok(wallet.sql.transaction(() => takePage(wallet, ownName, lines)));
  } catch (error) {
    if (!(error instanceof PageRefused)) throw error;
    const { reading, message } = error;
    return err({ reason: "import_refused", line: reading.line + 1, seq: seqDue(reading), why: message });
  } finally {
    wallet.forget();
  }
}

/** Asserts a page that memory holds. */
export function assertPage(lines: readonly string[]): void {
  const isPage = lines.length <= PAGE_LINES_MAX && lines.every((line) => typeof line === "string");
  if (!isPage || lines.reduce((chars, line) => chars + line.length, 0) > PAGE_CHARS_MAX) throw new TypeError("not a page of an export");
}

function takePage(wallet: WalletStores, ownName: string, lines: readonly string[]): ImportProgress {
  const store = new ExportStore(wallet.sql);
  const ports = {
    sha256: sha256Hex,
    keys: new Map<string, number>(),
    placedBet: (seq: number) => {
      const entry = wallet.journal.entry(seq);
      return entry === null ? null : placedBetOf(entry);
    },
  };
  let reading = store.progress() ?? NOTHING_READ;
  for (const text of lines) {
    const read = readLine(reading, text, ports);
    if (!read.ok) throw new PageRefused(reading, read.error.why);
    take(wallet, store, ownName, read.value.line, { before: reading, after: read.value.reading });
    reading = read.value.reading;
  }
  if (!reading.isEnded && reading.header !== null) store.saveProgress(reading);
  return { line: reading.line, isDone: reading.isEnded };
}

interface Step {
  readonly before: Reading;
  readonly after: Reading;
}

/** Stores what a believed line says. */
function take(wallet: WalletStores, store: ExportStore, ownName: string, line: ExportLine, { before, after }: Step): void {
  switch (line.type) {
    case "header":
      if (line.walletId !== ownName) throw new PageRefused(before, "it is another wallet's export");
      if (line.currency !== tenantOf(line.country).currency) throw new PageRefused(before, "the tenant has another currency");
      break;
    case "entry": {
      const { book } = after;
      invariant(book !== null, "an entry before the header");
      storing(before, () => wallet.journal.write(line.entry, book));
      break;
    }
    case "row":
      storing(before, () => store.insert(line.table, line.row));
      break;
    case "end":
      finish(wallet, store, before, line.digest);
      break;
  }
}

function storing(before: Reading, store: () => void): void {
  try {
    store();
  } catch (error) {
    if (error instanceof Error && CONSTRAINT.test(error.message)) throw new PageRefused(before, "a wallet can't hold this");
    throw error;
  }
}

/** Opens the wallet and compares what is stored now with what the export says. */
function finish(wallet: WalletStores, store: ExportStore, before: Reading, digest: string): void {
  const { header, book } = before;
  invariant(header !== null && book !== null, "an end before the header");
  store.openAs(header);
  wallet.forget();
  const profile = wallet.profiles.profile();
  if (profile === null || stateHash(wallet, profile) !== digest)
    throw new PageRefused(before, "the state has another digest than the export says");
  const broken = new Set(brokenAtHead(wallet, book, []));
  for (const bet of store.bets()) if (!isPaidAsSettled(bet)) broken.add("I11");
  if (broken.size > 0) throw new PageRefused(before, [...broken].map(sentenceOf).join("; "));
}
