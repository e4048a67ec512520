/**
 * Where a run of a wallet's journal belongs, for whoever keeps a copy: after what is stored, before it, beyond a gap, or on another
 * branch. A copy grows only by entries that link to its head hash by hash, so that it is the journal up to its head or it stands still.
 */
import type { WalletRun, WalletRunRow } from "../protocol/queue/wallet-run.ts";
import { genesisHash } from "./chain.ts";
import type { Sha256 } from "./model.ts";

/** The last entry of a copy; every entry before it is there too. */
export interface CopyHead {
  readonly epoch: number;
  readonly seq: number;
  readonly hash: string;
}

export type Link =
  /** The rows that the copy does not have yet, the first linked to its head; none for a run that it holds already. */
  | { readonly kind: "next"; readonly rows: readonly WalletRunRow[] }
  | { readonly kind: "gap"; readonly fromSeq: number; readonly toSeq: number }
  /** The run contradicts the copy: someone changed one of them, or the wallet went back in time without a new epoch. */
  | { readonly kind: "fork"; readonly seq: number }
  /** Sent before the wallet was restored: what it says may be void. */
  | { readonly kind: "older_epoch" };

/** Says what is wrong with a run by itself, or null: rows of its own wallet, in sequence, linked, with the bets that were placed. */
export function flawOf({ objectName, country, userId, epoch, fromSeq, toSeq, headHash, rows }: WalletRun): string | null {
  if (objectName !== `${country}:${userId}`) return "is of another wallet than it names";
  if (toSeq - fromSeq + 1 !== rows.length) return "has not the rows that it names";
  let previousHash: string | null = null;
  for (const [index, { entry, bet }] of rows.entries()) {
    if (entry.seq !== fromSeq + index || entry.epoch > epoch) return "has rows out of sequence";
    if (previousHash !== null && entry.previousHash !== previousHash) return "has rows that are not linked";
    if (entry.kind === "BET_PLACED" && bet === null) return "lacks a placed bet";
    previousHash = entry.hash;
  }
  return previousHash === headHash ? null : "does not end where it says";
}

/** The head that a run continues: the copy's own, or the journal's beginning when there is no copy of this epoch. */
export function headBefore(run: Pick<WalletRun, "objectName" | "epoch">, copy: CopyHead | null, sha256: Sha256): CopyHead {
  if (copy !== null && copy.epoch >= run.epoch) return copy;
  return { epoch: run.epoch, seq: 0, hash: genesisHash(run.objectName, sha256) };
}

/** Says where a flawless run belongs. */
export function link(run: WalletRun, head: CopyHead): Link {
  if (run.epoch < head.epoch) return { kind: "older_epoch" };
  if (run.fromSeq > head.seq + 1) return { kind: "gap", fromSeq: head.seq + 1, toSeq: run.fromSeq - 1 };
  if (run.toSeq === head.seq && run.headHash !== head.hash) return { kind: "fork", seq: head.seq };
  const rows = run.rows.slice(head.seq + 1 - run.fromSeq);
  const [first] = rows;
  if (first !== undefined && first.entry.previousHash !== head.hash) return { kind: "fork", seq: first.entry.seq };
  return { kind: "next", rows };
}

/** The head after these rows. */
export function headAfter(head: CopyHead, rows: readonly WalletRunRow[]): CopyHead {
  const last = rows.at(-1)?.entry;
  return last === undefined ? head : { epoch: head.epoch, seq: last.seq, hash: last.hash };
}
