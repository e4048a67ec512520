/** A wallet that was written when postings had a table of their own goes on as the same wallet. */
import { expect, it } from "vitest";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { digestOf } from "../../../durable-objects/wallet/digest.ts";
import { WALLET_MIGRATIONS } from "../../../durable-objects/wallet/wallet-schema.ts";
import { WalletStores } from "../../../durable-objects/wallet/wallet-stores.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { betCommand } from "../../support/wallet-commands.ts";
import { must, WalletWorld } from "./wallet-world.ts";

const MOVED = "wallet-journal-2";
const OLD = "SELECT * FROM entry ORDER BY seq";

it("reads the same journal after its postings moved into their entries, to the digest, and posts on", () => {
  const world = new WalletWorld();
  world.deposit(100_000);
  must(placeBet(world.stores, betCommand(), world.moment()));

  const before = WALLET_MIGRATIONS.findIndex(({ id }) => id === MOVED) - 1;
  const sql = nodeSql();
  migrate(sql, WALLET_MIGRATIONS, WALLET_MIGRATIONS[before]?.id);
  for (const table of ["profile", "account", "delivery", "deposit", "bet", "deposit_limit", "stake_terms"])
    for (const row of world.sql.all(`SELECT * FROM ${table}`)) insert(table, Object.values(row));
  for (const entry of world.stores.journal.entries(1, 100)) {
    const [row] = world.sql.all("SELECT * FROM entry WHERE seq = ?", entry.seq);
    insert(
      "entry",
      Object.values({ ...row, postings: undefined }).filter((value) => value !== undefined),
    );
    entry.postings.forEach((posting, index) => {
      const { account, amountMinor, heldMinor, postedAfterMinor, heldAfterMinor } = posting;
      insert("posting", [entry.seq, index + 1, account, amountMinor, heldMinor, postedAfterMinor, heldAfterMinor]);
    });
  }
  migrate(sql, WALLET_MIGRATIONS);

  const moved = new WalletStores(sql);
  expect(sql.all(OLD)).toEqual(world.sql.all(OLD));
  expect(moved.journal.statement(20, 0)).toEqual(world.stores.journal.statement(20, 0));
  expect(digestOf(moved)).toEqual(world.digest());
  expect(digestOf(moved).violations).toEqual([]);
  expect(() => sql.run("UPDATE entry SET postings = '[]'")).toThrow("append-only");
  const next = betCommand();
  expect(placeBet(moved, next, world.moment())).toEqual(placeBet(world.stores, next, world.moment()));

  function insert(table: string, values: readonly (string | number | null | ArrayBuffer)[]): void {
    sql.run(`INSERT INTO ${table} VALUES (${values.map(() => "?").join(", ")})`, ...values);
  }
});
