/**
 * The game's hash chains: made offline or here, committed to before their first round, salted after it, opened link by link.
 *
 * A chain keeps the edge, cap and curve it was published with, under one hash: a change of the tenant's data holds from the next chain,
 * and a row that was changed since its publication plays no round. Chains follow each other without a gap.
 */
import { buildChain, CHECKPOINT_LINKS, follows, linkOfRound, openLink } from "../../shared/crash/chain.ts";
import { fromHex, toHex } from "../../shared/crash/hash.ts";
import { type ChainConfig, configSha256 } from "../../shared/crash/release.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import type { ChainView } from "../../shared/protocol/rpc/crash-fairness.ts";
import type { CrashRules } from "../../shared/tenants/tenant.ts";
import { sha256OfBytes } from "../platform/hash.ts";
import type { Sql } from "../platform/sql.ts";
import type { FinishedImport } from "./chain-import.ts";
import type { ChainVault } from "./chain-vault.ts";

export type ChainRow = {
  number: number;
  nonce: string;
  length: number;
  first_round: number;
  terminating_hash: string;
  published_at: number;
  house_edge_basis_points: number;
  cap_hundredths: number;
  curve_millionths_per_ms: number;
  salt: string | null;
  salt_source: string | null;
  salt_fixed_at: number | null;
  origin: "object" | "offline";
  announced_source: string | null;
  made_by: string | null;
  config_sha256: string | null;
};

export class ChainStore {
  readonly #sql: Sql;
  readonly #gameId: string;
  readonly #vault: ChainVault;

  constructor(sql: Sql, gameId: string, vault: ChainVault) {
    this.#sql = sql;
    this.#gameId = gameId;
    this.#vault = vault;
  }

  read(number: number): ChainRow {
    const row = this.#sql.first<ChainRow>("SELECT * FROM chain WHERE number = ?", number);
    invariant(row !== null, `no chain ${number}`);
    return row;
  }

  list(): readonly ChainView[] {
    return this.#sql.all<ChainRow>("SELECT * FROM chain ORDER BY number").map(viewOf);
  }

  /** Gives the chain that `roundNumber` belongs to, or null when none does yet. */
  covering(roundNumber: number): ChainRow | null {
    const query = "SELECT * FROM chain WHERE first_round <= ? AND first_round + length > ?";
    return this.#sql.first<ChainRow>(query, roundNumber, roundNumber);
  }

  /** The first chain, from the one that `roundNumber` belongs to on, that has no salt; null when all have one. */
  unsalted(roundNumber: number): ChainRow | null {
    const query = "SELECT * FROM chain WHERE first_round + length > ? AND salt IS NULL ORDER BY first_round LIMIT 1";
    return this.#sql.first<ChainRow>(query, roundNumber);
  }

  /** Fixes a chain's salt unless it is fixed; says whether it did. */
  fixSalt(number: number, salt: string, source: string, nowMs: number): boolean {
    const statement = "UPDATE chain SET salt = ?, salt_source = ?, salt_fixed_at = ? WHERE number = ? AND salt IS NULL";
    return this.#sql.run(statement, salt, source, nowMs, number) > 0;
  }

  /** Gives the hash that the chain's configuration was published under; null when its row says something else by now. */
  publishedConfig(chain: ChainRow): string | null {
    const now = configSha256(this.#configOf(chain), sha256OfBytes);
    return chain.config_sha256 === null || chain.config_sha256 === now ? now : null;
  }

  /** Opens a round's hash; asserts that it is the one `commitment` (hex) commits to. */
  hashOf(chain: ChainRow, roundNumber: number, commitment: string): Uint8Array {
    const name = { gameId: this.#gameId, number: chain.number, nonce: chain.nonce };
    const link = linkOfRound(chain.length, roundNumber - chain.first_round + 1);
    const base = link - (link % CHECKPOINT_LINKS);
    const row = this.#sql.first<{ sealed: string }>("SELECT sealed FROM checkpoint WHERE chain = ? AND link = ?", chain.number, base);
    invariant(row !== null, `chain ${chain.number} has no checkpoint ${base}`);
    const hash = openLink(this.#vault.unseal(name, base, row.sealed), link, sha256OfBytes);
    invariant(follows(hash, fromHex(commitment), sha256OfBytes), `round ${roundNumber}: the hash does not follow from the last one`);
    return hash;
  }

  /** Makes and commits to a chain of the game's own, from `firstRound` on. */
  make(firstRound: number, rules: CrashRules, nowMs: number, nonce: string): ChainRow {
    const number = this.#lastNumber() + 1;
    const name = { gameId: this.#gameId, number, nonce };
    const { terminating, checkpoints } = buildChain(this.#vault.seed(name), rules.chainLength, sha256OfBytes);
    this.#insert({ number, nonce, length: rules.chainLength, terminatingHash: toHex(terminating), ...rules }, firstRound, nowMs);
    checkpoints.forEach((bytes, index) => {
      const link = index * CHECKPOINT_LINKS;
      this.#sql.run("INSERT INTO checkpoint (chain, link, sealed) VALUES (?, ?, ?)", number, link, this.#vault.seal(name, link, bytes));
    });
    return this.read(number);
  }

  /** Commits to a chain that was made offline; its checkpoints come with `ChainImports.hand`, in the same transaction. */
  publish(finished: FinishedImport, firstRound: number, by: string, nowMs: number): ChainRow {
    const { number, nonce, statement, statementText, madeBy } = finished;
    this.#insert({ ...statement, number, nonce }, firstRound, nowMs);
    this.#sql.run(
      "UPDATE chain SET origin = 'offline', statement = ?, announced_source = ?, made_by = ?, published_by = ? WHERE number = ?",
      ...[statementText, statement.saltSource, madeBy, by, number],
    );
    return this.read(number);
  }

  /** The first round after all chains; 1 when there is none. */
  nextFirstRound(): number {
    return this.#sql.first<{ next: number }>("SELECT coalesce(max(first_round + length), 1) AS next FROM chain")?.next ?? 1;
  }

  /** Drops a chain of the game's own that no round was played on. */
  drop(chain: ChainRow): void {
    invariant(chain.salt === null && chain.origin === "object", `chain ${chain.number} may have been played`);
    this.#sql.run("DELETE FROM checkpoint WHERE chain = ?", chain.number);
    this.#sql.run("DELETE FROM chain WHERE number = ?", chain.number);
  }

  #insert(
    chain: Omit<ChainConfig, "gameId"> & {
      readonly number: number;
      readonly nonce: string;
      readonly length: number;
      readonly terminatingHash: string;
    },
    firstRound: number,
    nowMs: number,
  ): void {
    const { number, nonce, length, terminatingHash, houseEdgeBasisPoints, capHundredths, curveMillionthsPerMs } = chain;
    const config = { gameId: this.#gameId, houseEdgeBasisPoints, capHundredths, curveMillionthsPerMs };
    this.#sql.run(
      `INSERT INTO chain (number, nonce, length, first_round, terminating_hash, published_at, house_edge_basis_points, cap_hundredths,
         curve_millionths_per_ms, config_sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[number, nonce, length, firstRound, terminatingHash, nowMs, houseEdgeBasisPoints, capHundredths, curveMillionthsPerMs],
      configSha256(config, sha256OfBytes),
    );
  }

  #configOf(chain: ChainRow): ChainConfig {
    return {
      gameId: this.#gameId,
      houseEdgeBasisPoints: chain.house_edge_basis_points,
      capHundredths: chain.cap_hundredths,
      curveMillionthsPerMs: chain.curve_millionths_per_ms,
    };
  }

  #lastNumber(): number {
    return this.#sql.first<{ number: number }>("SELECT coalesce(max(number), 0) AS number FROM chain")?.number ?? 0;
  }
}

export function viewOf(chain: ChainRow): ChainView {
  return {
    number: chain.number,
    origin: chain.origin,
    terminatingHash: chain.terminating_hash,
    length: chain.length,
    firstRound: chain.first_round,
    publishedAtMs: chain.published_at,
    hasSalt: chain.salt !== null,
    announcedSource: chain.announced_source,
  };
}
