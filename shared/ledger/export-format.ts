/**
 * Reads a wallet's export line by line: how an import believes one, and how anyone verifies one without the platform.
 *
 * A reading is a fold: what was read so far is a value, so that an import can stop after a page and go on later. Every line must follow
 * the one before it, every entry must be the next of the journal and hold what a journal's entry must hold (I1, I3, I4, I6, I7), and a
 * bet's terms must be those that its entry was made on. Entries stand on the lines after the header, so a bad line says which entry it is.
 */
import { InvariantViolation, invariant } from "../kernel/invariant.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { EXPORT_START, type ExportHeader, type ExportLine, type ExportRow, parseLine, sealOf } from "./export-line.ts";
import { sentenceOf } from "./invariants.ts";
import type { Book, Entry, Sha256 } from "./model.ts";
import { emptyBook, replay } from "./replay.ts";

/** What was read so far. */
export interface Reading {
  /** Lines read. */
  readonly line: number;
  /** The last line's hash. */
  readonly hash: string;
  readonly header: ExportHeader | null;
  /** What the entries so far fold to; null before the header. */
  readonly book: Book | null;
  readonly rows: number;
  readonly isEnded: boolean;
}

export const NOTHING_READ: Reading = { line: 0, hash: EXPORT_START, header: null, book: null, rows: 0, isEnded: false };

/** The first line that can't be believed. */
export interface BadLine {
  /** The line that was due, from 1. */
  readonly line: number;
  /** The entry that belongs there; null when none does. */
  readonly seq: number | null;
  readonly why: string;
}

/** A bet as its entry tells of it. */
export interface PlacedBet {
  readonly betId: string;
  /** SHA-256 of the text of its terms. */
  readonly termsHash: string;
}

export interface ReadingPorts {
  readonly sha256: Sha256;
  /** Keys of the entries so far, as `replay` remembers them. */
  readonly keys: Map<string, number>;
  /** The bet that an entry placed, or null. */
  readonly placedBet: (seq: number) => PlacedBet | null;
}

/** Reads the next line; refuses it whole when it is not the next, or does not hold. */
export function readLine(
  reading: Reading,
  text: string,
  ports: ReadingPorts,
): Result<{ readonly line: ExportLine; readonly reading: Reading }, BadLine> {
  const bad = (why: string) => err({ line: reading.line + 1, seq: seqDue(reading), why });
  if (reading.isEnded) return bad("nothing follows the end");
  const seal = sealOf(reading.hash, text, ports.sha256);
  if (seal === null) return bad("its hash is not that of this text after the line before it");
  try {
    const line = parseLine(seal.body);
    if (line === null) return bad("the format has no such line");
    const after = follow(reading, line, ports);
    return typeof after === "string" ? bad(after) : ok({ line, reading: { ...after, line: reading.line + 1, hash: seal.hash } });
  } catch (error) {
    // Text that is no JSON, an account that the chart lacks, an amount that is none.
    if (error instanceof SyntaxError || error instanceof InvariantViolation) return bad(error.message);
    throw error;
  }
}

/** The entry that belongs on the next line. */
export function seqDue({ header, book }: Reading): number | null {
  return header !== null && book !== null && book.head.seq < header.headSeq ? book.head.seq + 1 : null;
}

/** The bet that an entry placed, or null. */
export function placedBetOf({ kind, ref, facts }: Pick<Entry, "kind" | "ref" | "facts">): PlacedBet | null {
  if (kind !== "BET_PLACED") return null;
  const { terms } = facts as { readonly terms?: unknown };
  return typeof terms === "string" ? { betId: ref, termsHash: terms } : null;
}

export interface VerifiedExport
  extends Pick<ExportHeader, "walletId" | "userId" | "country" | "currency" | "epoch" | "headSeq" | "headHash"> {
  /** The wallet's digest as the export says it: recomputed by an import only. */
  readonly digest: string;
  /** The hash of one entry, or null: what an anchor is compared with. */
  readonly hashAt: (seq: number) => string | null;
}

/** Verifies a whole export, from its lines without their line breaks; memory grows with the number of entries, by their keys and hashes. */
export function verifyExport(lines: Iterable<string>, sha256: Sha256): Result<VerifiedExport, BadLine> {
  const hashes: string[] = [];
  const bets = new Map<number, PlacedBet>();
  const ports = { sha256, keys: new Map<string, number>(), placedBet: (seq: number) => bets.get(seq) ?? null };
  let reading = NOTHING_READ;
  let digest = "";
  for (const text of lines) {
    const read = readLine(reading, text, ports);
    if (!read.ok) return read;
    const { line } = read.value;
    reading = read.value.reading;
    if (line.type === "entry") {
      hashes.push(line.entry.hash);
      const bet = placedBetOf(line.entry);
      if (bet !== null) bets.set(line.entry.seq, bet);
    }
    if (line.type === "end") digest = line.digest;
  }
  const { header } = reading;
  if (header === null || !reading.isEnded)
    return err({ line: reading.line + 1, seq: seqDue(reading), why: "the export ends before its end" });
  const { walletId, userId, country, currency, epoch, headSeq, headHash } = header;
  const hashAt = (seq: number) => hashes[seq - 1] ?? null;
  return ok({ walletId, userId, country, currency, epoch, headSeq, headHash, digest, hashAt });
}

type Followed = Pick<Reading, "header" | "book" | "rows" | "isEnded">;

/** What the reading is with this line, or why the line can't be here. */
function follow(reading: Reading, line: ExportLine, ports: ReadingPorts): Followed | string {
  if (line.n !== reading.line + 1) return `it says that it is line ${line.n}`;
  if (line.type === "header") return opened(line, ports.sha256);
  const { header, book } = reading;
  // Only a header says that it is line 1.
  invariant(header !== null && book !== null, "a line before the header");
  const { rows } = reading;
  if (line.type === "entry") return withEntry(header, book, line.entry, ports);
  if (seqDue(reading) !== null) return "an entry is due";
  if (line.type === "row") {
    if (line.table === "bet" && !isAsPlaced(line.row, ports)) return "the bet's terms are not those of its entry";
    return { header, book, rows: rows + 1, isEnded: false };
  }
  if (line.entries !== header.headSeq || line.rows !== rows) return "it counts other lines than there are";
  return { header, book, rows, isEnded: true };
}

function opened(header: ExportHeader, sha256: Sha256): Followed | string {
  const { walletId, country, userId, currency, epoch } = header;
  if (walletId !== `${country}:${userId}`) return "the wallet's name is not its player's";
  return { header, book: emptyBook(walletId, currency, epoch, sha256), rows: 0, isEnded: false };
}

function withEntry(header: ExportHeader, before: Book, entry: Entry, ports: ReadingPorts): Followed | string {
  if (before.head.seq >= header.headSeq) return "the journal has ended";
  if (entry.epoch > header.epoch) return "an epoch that is still to come";
  const { book, broken } = replay(before, [entry], ports.keys, ports.sha256);
  if (broken !== null) return broken.ids.map(sentenceOf).join("; ");
  if (book.head.seq === header.headSeq && book.head.hash !== header.headHash) return "the journal ends in another hash than the header's";
  return { header, book, rows: 0, isEnded: false };
}

function isAsPlaced(row: ExportRow, { placedBet, sha256 }: ReadingPorts): boolean {
  const bet = placedBet(Number(row.seq));
  return bet !== null && bet.betId === row.bet_id && bet.termsHash === sha256(String(row.terms));
}
