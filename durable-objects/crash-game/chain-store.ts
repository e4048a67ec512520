/**
 * The game's hash chains: made and committed to before their first round, salted after it, opened link by link.
 *
 * A chain keeps the edge, cap and curve it was published with: a change of the tenant's data holds from the next chain.
 */
import { buildChain, CHECKPOINT_LINKS, follows, linkOfRound, openLink } from "../../shared/crash/chain.ts";
import { fromHex, toHex } from "../../shared/crash/hash.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import type { CrashRules } from "../../shared/tenants/tenant.ts";
import { sha256OfBytes } from "../platform/hash.ts";
import type { Sql } from "../platform/sql.ts";
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

  /** Gives the chain that `roundNumber` belongs to, making and committing to the next one when the last is used up. */
  forRound(roundNumber: number, rules: CrashRules, nowMs: number, nonce: () => string): ChainRow {
    const last = this.#sql.first<ChainRow>("SELECT * FROM chain ORDER BY number DESC LIMIT 1");
    if (last !== null && roundNumber < last.first_round + last.length) return last;
    return this.#commit((last?.number ?? 0) + 1, roundNumber, rules, nowMs, nonce());
  }

  /** Fixes a chain's salt unless it is fixed; says whether it did. */
  fixSalt(number: number, salt: string, source: string, nowMs: number): boolean {
    const statement = "UPDATE chain SET salt = ?, salt_source = ?, salt_fixed_at = ? WHERE number = ? AND salt IS NULL";
    return this.#sql.run(statement, salt, source, nowMs, number) > 0;
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

  #commit(number: number, firstRound: number, rules: CrashRules, nowMs: number, nonce: string): ChainRow {
    const name = { gameId: this.#gameId, number, nonce };
    const { terminating, checkpoints } = buildChain(this.#vault.seed(name), rules.chainLength, sha256OfBytes);
    this.#sql.run(
      `INSERT INTO chain (number, nonce, length, first_round, terminating_hash, published_at, house_edge_basis_points, cap_hundredths,
         curve_millionths_per_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      number,
      nonce,
      rules.chainLength,
      firstRound,
      toHex(terminating),
      nowMs,
      rules.houseEdgeBasisPoints,
      rules.capHundredths,
      rules.curveMillionthsPerMs,
    );
    checkpoints.forEach((bytes, index) => {
      const link = index * CHECKPOINT_LINKS;
      this.#sql.run("INSERT INTO checkpoint (chain, link, sealed) VALUES (?, ?, ?)", number, link, this.#vault.seal(name, link, bytes));
    });
    return this.read(number);
  }
}
