/**
 * Brings in a chain that was made offline: statement, then page after page, then its publication by a second person.
 *
 * A page is opened with the game's secret, every link of it is computed, and it must go on where the page before ended; the last one must
 * end in the terminating hash. So a finished import is a proven chain, and a wrong, truncated or foreign file gets nowhere. What came in
 * waits in tables of its own, sealed for this object; the game's chains change with the publication only.
 */
import { CHECKPOINT_LINKS } from "../../shared/crash/chain.ts";
import {
  CHAIN_LENGTH_MAX,
  type ChainStatement,
  PAGE_CHECKPOINTS,
  pageCount,
  pagePurpose,
  readPage,
  statementText,
  walkPage,
} from "../../shared/crash/chain-file.ts";
import { ALGORITHM } from "../../shared/crash/crash-point.ts";
import { isHashHex, toHex } from "../../shared/crash/hash.ts";
import { configSha256, GAME, MATHS } from "../../shared/crash/release.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import type { ChainImport, ChainRefusal } from "../../shared/protocol/rpc/crash-fairness.ts";
import type { CrashRules } from "../../shared/tenants/tenant.ts";
import { sha256OfBytes } from "../platform/hash.ts";
import { openText } from "../platform/sealed-text.ts";
import type { Sql } from "../platform/sql.ts";
import type { ChainName, ChainVault } from "./chain-vault.ts";

type ImportRow = {
  number: number;
  nonce: string;
  terminating_hash: string;
  statement: string;
  made_by: string;
  next_page: number;
  sealed_end: string | null;
};

/** A complete import, ready to become a chain. */
export interface FinishedImport {
  readonly number: number;
  readonly nonce: string;
  readonly statement: ChainStatement;
  readonly statementText: string;
  readonly madeBy: string;
}

export class ChainImports {
  readonly #sql: Sql;
  readonly #gameId: string;
  readonly #vault: ChainVault;
  readonly #secret: string;

  constructor(sql: Sql, gameId: string, vault: ChainVault, secret: string) {
    this.#sql = sql;
    this.#gameId = gameId;
    this.#vault = vault;
    this.#secret = secret;
  }

  current(): ChainImport | null {
    const row = this.#row();
    return row === null ? null : progress(row);
  }

  /** Starts over with a statement that is about this game as it is today. */
  begin(statement: ChainStatement, by: string, rules: CrashRules, nonce: string, nowMs: number): Result<ChainImport, ChainRefusal> {
    const field = this.#difference(statement, rules);
    if (field !== null) return err({ reason: "statement_differs", field });
    return this.#sql.transaction((): Result<ChainImport, ChainRefusal> => {
      const known = this.#sql.first("SELECT number FROM chain WHERE terminating_hash = ?", statement.terminatingHash);
      if (known !== null) return err({ reason: "chain_known" });
      this.#clear();
      this.#sql.run(
        `INSERT INTO chain_import (id, number, nonce, terminating_hash, statement, made_by, begun_at)
         VALUES (1, (SELECT coalesce(max(number), 0) + 1 FROM chain), ?, ?, ?, ?, ?)`,
        ...[nonce, statement.terminatingHash, statementText(statement), by, nowMs],
      );
      return ok({ terminatingHash: statement.terminatingHash, pages: pageCount(statement.length), nextPage: 0 });
    });
  }

  add(terminatingHash: string, page: number, sealed: string): Result<ChainImport, ChainRefusal> {
    return this.#sql.transaction((): Result<ChainImport, ChainRefusal> => {
      const row = this.#row();
      if (row === null || row.terminating_hash !== terminatingHash) return err({ reason: "no_import" });
      if (page < row.next_page) return ok(progress(row));
      const { length, gameId } = statementOf(row);
      if (page > row.next_page || page >= pageCount(length)) return err({ reason: "wrong_page", expected: row.next_page });
      const checkpoints = this.#open({ gameId, terminatingHash }, page, sealed, length);
      if (checkpoints === null) return err({ reason: "page_broken" });
      const name = this.#nameOf(row);
      const before = row.sealed_end === null ? null : this.#vault.unseal(name, endLink(page, length), row.sealed_end);
      const end = walkPage(checkpoints, before, { length, page }, sha256OfBytes);
      const isLast = page + 1 === pageCount(length);
      if (end === null || (isLast && toHex(end) !== terminatingHash)) return err({ reason: "page_broken" });
      this.#store(name, checkpoints, page);
      const sealedEnd = this.#vault.seal(name, endLink(page + 1, length), end);
      this.#sql.run("UPDATE chain_import SET next_page = ?, sealed_end = ?", page + 1, sealedEnd);
      return ok(progress({ ...row, next_page: page + 1 }));
    });
  }

  /** Gives the complete import for publication by somebody else. */
  finished(terminatingHash: string, by: string): Result<FinishedImport, ChainRefusal> {
    const row = this.#row();
    if (row === null || row.terminating_hash !== terminatingHash) return err({ reason: "no_import" });
    const { pages, nextPage } = progress(row);
    if (nextPage < pages) return err({ reason: "incomplete", nextPage });
    if (row.made_by === by) return err({ reason: "same_person" });
    const last = this.#sql.first<{ number: number }>("SELECT coalesce(max(number), 0) AS number FROM chain")?.number ?? 0;
    // The game made a chain of its own meanwhile: the checkpoints are sealed for another number.
    if (row.number !== last + 1) return err({ reason: "no_import" });
    const { number, nonce, statement, made_by: madeBy } = row;
    return ok({ number, nonce, statement: statementOf(row), statementText: statement, madeBy });
  }

  /** Moves the checkpoints to the chain that was just written. Call in its transaction. */
  hand(number: number): void {
    this.#sql.run("INSERT INTO checkpoint (chain, link, sealed) SELECT ?, link, sealed FROM imported_checkpoint", number);
    this.#clear();
  }

  #open(chain: Pick<ChainStatement, "gameId" | "terminatingHash">, page: number, sealed: string, length: number) {
    let text: string;
    try {
      text = openText(this.#secret, pagePurpose(chain, page), sealed);
    } catch {
      return null;
    }
    return readPage(text, length, page);
  }

  #store(name: ChainName, checkpoints: readonly Uint8Array[], page: number): void {
    checkpoints.forEach((bytes, index) => {
      const link = (page * PAGE_CHECKPOINTS + index) * CHECKPOINT_LINKS;
      this.#sql.run("INSERT INTO imported_checkpoint (link, sealed) VALUES (?, ?)", link, this.#vault.seal(name, link, bytes));
    });
  }

  /** Names the first field that does not fit this game, its release or the tenant's data; null when all do. */
  #difference(statement: ChainStatement, rules: CrashRules): string | null {
    const { gameId, houseEdgeBasisPoints, capHundredths, curveMillionthsPerMs } = rules;
    const wanted = {
      gameId: this.#gameId,
      algorithm: ALGORITHM,
      houseEdgeBasisPoints,
      capHundredths,
      curveMillionthsPerMs,
      gameVersion: GAME.version,
      gameSha256: GAME.sha256,
      mathsSha256: MATHS.sha256,
      configSha256: configSha256({ gameId, houseEdgeBasisPoints, capHundredths, curveMillionthsPerMs }, sha256OfBytes),
    } satisfies Partial<ChainStatement>;
    const has: Readonly<Record<string, unknown>> = { ...statement };
    for (const [field, value] of Object.entries(wanted)) if (has[field] !== value) return field;
    if (!isHashHex(statement.terminatingHash)) return "terminatingHash";
    return statement.length > 0 && statement.length <= CHAIN_LENGTH_MAX ? null : "length";
  }

  #nameOf({ number, nonce }: ImportRow): ChainName {
    return { gameId: this.#gameId, number, nonce };
  }

  #row(): ImportRow | null {
    return this.#sql.first<ImportRow>("SELECT * FROM chain_import");
  }

  #clear(): void {
    this.#sql.run("DELETE FROM imported_checkpoint");
    this.#sql.run("DELETE FROM chain_import");
  }
}

function statementOf({ statement }: ImportRow): ChainStatement {
  // Written by `begin` from a value of this type.
  return JSON.parse(statement) as ChainStatement;
}

function progress(row: Pick<ImportRow, "terminating_hash" | "statement" | "next_page">): ChainImport {
  const { length } = JSON.parse(row.statement) as ChainStatement;
  return { terminatingHash: row.terminating_hash, pages: pageCount(length), nextPage: row.next_page };
}

/** The link at which page `page` begins: the one before ends in it. */
function endLink(page: number, length: number): number {
  return Math.min(length, page * PAGE_CHECKPOINTS * CHECKPOINT_LINKS);
}
