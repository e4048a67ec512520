/** What operators, sweeps and reconciliation ask of the database is found by an index: no question reads a table that grows for ever. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { latestAnchor } from "../../../workers/adapters/d1/anchors.ts";
import { listUnsettledFixtures } from "../../../workers/adapters/d1/catalogue.ts";
import { brokenCopies } from "../../../workers/adapters/d1/copy-check.ts";
import { houseTotals, recountShard } from "../../../workers/adapters/d1/house-totals.ts";
import { listBets } from "../../../workers/adapters/d1/operator-reports.ts";
import { findIntentByReference, listIntentsUnchanged } from "../../../workers/adapters/d1/payment-intents.ts";
import { countStoredLeaves, listLeaves, listProjected, listWallets } from "../../../workers/adapters/d1/projected-wallets.ts";
import { listOpenCallbacks } from "../../../workers/adapters/d1/provider-callbacks.ts";
import { listOpenItems, listOpenSubjects, listRuns, type RunRecord, saveRun } from "../../../workers/adapters/d1/reconciliation-log.ts";
import {
  bookedMovements,
  listBookedReceipts,
  listLateReceipts,
  listStatedReceipts,
  statedMovements,
} from "../../../workers/adapters/d1/statements.ts";
import { dropCopy } from "../../../workers/adapters/d1/wallet-copy.ts";
import { readHeads } from "../../../workers/adapters/d1/wallet-journal.ts";

const GROWING = [
  ...["audit_log", "bet", "bet_selection", "fixture", "payment_intent", "provider_callback", "recon_item", "recon_run", "statement_line"],
  ...["house_daily", "user", "wallet_account", "wallet_entry", "wallet_posting", "wallet_projection", "anchor"],
];

interface Asked {
  readonly query: string;
  readonly values: readonly unknown[];
}

/** The database, and every statement that was made of it with its values. */
function recorded(): { readonly database: D1Database; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const prepare = (query: string): D1PreparedStatement => {
    const statement = env.DB_NG.prepare(query);
    return new Proxy(statement, {
      get: (of, name) => {
        if (name !== "bind") {
          const member: unknown = Reflect.get(of, name);
          return typeof member === "function" ? member.bind(of) : member;
        }
        return (...values: unknown[]) => {
          asked.push({ query, values });
          return of.bind(...values);
        };
      },
    });
  };
  const database = { prepare, batch: (statements: D1PreparedStatement[]) => env.DB_NG.batch(statements) };
  return { database: database as unknown as D1Database, asked };
}

/** Walks over a growing table; one along an index in the order that is asked for, up to a limit, is none. */
async function scansOf({ query, values }: Asked): Promise<readonly string[]> {
  const { results } = await env.DB_NG.prepare(`EXPLAIN QUERY PLAN ${query}`)
    .bind(...values)
    .all<{ detail: string }>();
  const scans = results.map(({ detail }) => detail).filter((detail) => GROWING.includes(/^SCAN (\w+)/.exec(detail)?.[1] ?? ""));
  const isLimited = /order by .* limit/is.test(query) && !results.some(({ detail }) => detail === "USE TEMP B-TREE FOR ORDER BY");
  return isLimited ? scans.filter((detail) => !detail.includes(" USING INDEX ")) : scans;
}

const page = { provider: "daraja", fromMs: 1, toMs: 2, after: "A", limit: 5 };
const run: RunRecord = {
  ...{ country: "NG", level: "L2", scope: "plans", fromPosition: "", toPosition: "", startedAtMs: 1, endedAtMs: 1, checked: 1 },
  ...{ findings: [], subjects: ["NG:nobody"], cursor: null },
};
const bets = { status: undefined, limit: 5, offset: 0 };

const QUESTIONS: Readonly<Record<string, (database: D1Database) => Promise<unknown>>> = {
  "an operator's list of a player's bets": (database) => listBets(database, { ...bets, walletId: "NG:nobody" }),
  "an operator's list of bets in a state": (database) => listBets(database, { ...bets, walletId: undefined, status: "PENDING" }),
  "the intents that are quiet": (database) =>
    listIntentsUnchanged(database, ["PENDING", "CREATED"], { beforeMs: 9, after: { updatedAtMs: 1, intentId: "x" } }, 5),
  "an intent by its reference": (database) => findIntentByReference(database, "x"),
  "the callbacks that wait": (database) => listOpenCallbacks(database, 1, 2, 5),
  "the fixtures that are not settled": (database) =>
    listUnsettledFixtures(database, { fromMs: 1, toMs: 2, after: { startsAtMs: 2, fixtureId: "x" } }, 5),
  "the record of a run": (database) => saveRun(database, run),
  "the record of a run over everything": (database) => saveRun(database, { ...run, subjects: "all" }),
  "the open items": (database) => listOpenItems(database, 5),
  "the subjects of open items": (database) => listOpenSubjects(database, { level: "L3", scope: "daraja", classes: ["missing_here"] }, 5),
  "the latest runs": (database) => listRuns(database, 5),
  "stated receipts": (database) => listStatedReceipts(database, page),
  "booked receipts": (database) => listBookedReceipts(database, page),
  "late receipts": (database) => listLateReceipts(database, { provider: "daraja", beforeMs: 9, sinceMs: 5, reachMs: 3 }),
  "what receipts state": (database) => statedMovements(database, "daraja", ["A", "B"]),
  "what receipts booked": (database) => bookedMovements(database, "daraja", ["A", "intent:dep_1"]),
  "a page of wallets": (database) => listWallets(database, "NG", "NG:a", 5),
  "a page of projected wallets": (database) => listProjected(database, "NG:a", 5),
  "a page of leaves": (database) => listLeaves(database, 1, "NG:a", 5),
  "leaves that are stored": (database) => countStoredLeaves(database, [{ walletId: "NG:a", epoch: 1, seq: 1, hash: "x" }]),
  "copies that are not whole": (database) => brokenCopies(database, ["NG:a", "NG:b"]),
  "the newest anchor of a shard": (database) => latestAnchor(database, 1, "2026-01-01"),
  "where wallets stand": (database) => readHeads(database, ["NG:a"]),
  "what is dropped with a copy": (database) => dropCopy(database, "NG", "NG:nobody"),
  "the house's totals of some days": (database) => houseTotals(database, "NGN", { fromDay: "2026-01-01", toDay: "2026-01-02" }),
};

it.each(Object.entries(QUESTIONS))("%s", async (_name, ask) => {
  const { database, asked } = recorded();
  await ask(database);
  expect(asked.length).toBeGreaterThan(0);
  for (const each of asked) expect(await scansOf(each), each.query).toEqual([]);
});

it("the test sees a question that reads a table", async () => {
  expect(await scansOf({ query: "SELECT * FROM bet WHERE user_id = ?", values: ["x"] })).toEqual(["SCAN bet"]);
  const { database, asked } = recorded();
  await recountShard(database, "NG", 999);
  expect(asked).toHaveLength(2);
});
