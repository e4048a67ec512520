/**
 * What is said of a wallet's export and import, page by page. Additive only. Lines are those of shared/ledger/export-line.ts, in order
 * and without line breaks.
 */

export interface ExportPage {
  readonly lines: readonly string[];
  /** For the next page, as it is; null after the last. */
  readonly cursor: string | null;
  /** The state that the export is of. */
  readonly epoch: number;
  readonly seq: number;
}

/** `export_outdated`: the wallet has changed since the first page; the export begins anew. A frozen wallet does not change. */
export type ExportRefusal = { readonly reason: "wallet_not_open" | "export_outdated" };

export interface ImportProgress {
  /** Lines that the wallet has taken. */
  readonly line: number;
  /** That the last one was among them: the wallet is open, as it was exported. */
  readonly isDone: boolean;
}

export type ImportRefusal =
  | { readonly reason: "wallet_exists" }
  | {
      readonly reason: "import_refused";
      /** The line that was due, from 1: from there the import can go on. */
      readonly line: number;
      /** The entry that belongs there; null when none does. */
      readonly seq: number | null;
      readonly why: string;
    };
