/** An export gives back the wallet it was made of, and an export that was touched anywhere is refused where it was touched. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { openWallet } from "../../../durable-objects/wallet/commands/player.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { digestOf } from "../../../durable-objects/wallet/digest.ts";
import { exportPage } from "../../../durable-objects/wallet/export.ts";
import { importPage } from "../../../durable-objects/wallet/import.ts";
import { WALLET_MIGRATIONS } from "../../../durable-objects/wallet/wallet-schema.ts";
import { WalletStores } from "../../../durable-objects/wallet/wallet-stores.ts";
import { verifyExport } from "../../../shared/ledger/export-format.ts";
import { EXPORT_TABLES } from "../../../shared/ledger/export-line.ts";
import type { ImportProgress, ImportRefusal } from "../../../shared/protocol/rpc/wallet-export.ts";
import { resealed } from "../../support/export-lines.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { betCommand, mint, resultFor } from "../../support/wallet-commands.ts";
import { historyStep, WalletHistory } from "../../support/wallet-history.ts";
import { must, WalletWorld } from "./wallet-world.ts";

function emptyWallet(): WalletStores {
  const sql = nodeSql();
  migrate(sql, WALLET_MIGRATIONS);
  return new WalletStores(sql);
}

/** All pages of an export. */
function pagesOf(wallet: WalletStores): readonly (readonly string[])[] {
  const pages: (readonly string[])[] = [];
  let cursor: string | null = null;
  do {
    const page = exportPage(wallet, cursor);
    if (!page.ok) throw new Error(page.error.reason);
    pages.push(page.value.lines);
    cursor = page.value.cursor;
  } while (cursor !== null);
  return pages;
}

function linesOf(wallet: WalletStores): readonly string[] {
  return pagesOf(wallet).flat();
}

function nameOf(wallet: WalletStores): string {
  return wallet.profiles.profile()?.walletId ?? "";
}

/** Imports lines into a new wallet; `pageLines` cuts them into pages, with an eviction between any two. */
function imported(lines: readonly string[], name: string, pageLines = lines.length): WalletStores {
  let wallet = emptyWallet();
  for (let at = 0; at < lines.length; at += pageLines) {
    taken(importPage(wallet, name, lines.slice(at, at + pageLines)));
    wallet = new WalletStores(wallet.sql);
  }
  return wallet;
}

function taken(reply: { ok: true; value: ImportProgress } | { ok: false; error: ImportRefusal }): ImportProgress {
  if (!reply.ok) throw new Error(JSON.stringify(reply.error));
  return reply.value;
}

/** A small wallet with a line of nearly every kind. */
function smallWorld(): WalletWorld {
  const world = new WalletWorld();
  world.deposit(100_000);
  const bet = betCommand({ stakeMinor: 10_000 });
  must(placeBet(world.stores, bet, world.moment()));
  const fixtureId = bet.selections[0]?.fixtureId ?? "";
  must(settleBet(world.stores, resultFor(bet, fixtureId, 1, "won"), world.moment()));
  return world;
}

describe("export and import", () => {
  it("any wallet comes back with its digest, answers every earlier request as it did, and goes on the same", () => {
    const seen = new Set<string>();
    const run = fc.property(
      fc.array(historyStep, { minLength: 20, maxLength: 60 }),
      fc.array(historyStep, { minLength: 5, maxLength: 10 }),
      fc.integer({ min: 1, max: 50 }),
      (before, after, pageLines) => {
        const world = new WalletWorld();
        world.deposit(2_000_000);
        const history = new WalletHistory();
        const requests = before.map((step) => history.request(step));
        for (const request of requests) {
          world.pass(60_000);
          request(world.stores, world.moment());
        }
        const lines = linesOf(world.stores);
        const copy = imported(lines, nameOf(world.stores), pageLines);
        expect(digestOf(copy)).toEqual({ ...world.digest(), outboxPending: world.digest().seq });
        expect(linesOf(copy)).toEqual(lines);
        for (const line of lines) seen.add((/"table":"(\w+)"/.exec(line) ?? /"kind":"(\w+)"/.exec(line))?.[1] ?? "");

        world.rateLimits = true;
        for (const request of [...requests, ...after.map((step) => history.request(step))]) {
          const moment = world.moment();
          expect(JSON.stringify(request(copy, moment))).toBe(JSON.stringify(request(world.stores, moment)));
        }
        expect(digestOf(copy).digest).toBe(world.digest().digest);
        expect(world.digest().violations).toEqual([]);
      },
    );
    fc.assert(run, { numRuns: 150 });
    // Wallets that lack what the format is made for prove nothing.
    const kinds = [
      "BET_WON",
      "BET_CORRECTED",
      "CRASH_SETTLED",
      "WITHDRAWAL",
      "HOLD_COMMITTED",
      "BONUS_GRANTED",
      "REVERSED",
      "ACCOUNT_LIMITED",
    ];
    expect([...Object.keys(EXPORT_TABLES), ...kinds].filter((name) => !seen.has(name))).toEqual([]);
  }, 30_000);

  it("a frozen, excluded wallet with open holds comes back frozen, excluded and holding", () => {
    const world = smallWorld();
    must(reserveStakeOf(world));
    world.stores.sql.run("UPDATE profile SET frozen_reason = 'a doubt', excluded = 1, excluded_until = 99");
    world.evict();
    const copy = imported(linesOf(world.stores), nameOf(world.stores));
    expect(copy.profiles.profile()).toEqual(world.stores.profiles.profile());
    expect(copy.holds.allOpen()).toEqual(world.stores.holds.allOpen());
  });

  it("a long export is cut into bounded pages that are one chain", () => {
    const world = smallWorld();
    const bets = Array.from({ length: 400 }, () => betCommand({ stakeMinor: 2_000 }));
    world.deposit(5_000_000);
    for (const bet of bets) must(placeBet(world.stores, bet, world.moment()));
    const pages = pagesOf(world.stores);
    expect(pages.length).toBeGreaterThan(2);
    for (const page of pages) expect(page.join("\n").length).toBeLessThan(500_000);
    const verified = verifyExport(pages.flat(), sha256Hex);
    const { seq, hash, digest, epoch } = world.digest();
    if (!verified.ok) throw new Error(verified.error.why);
    expect(verified.value).toMatchObject({ walletId: nameOf(world.stores), epoch, headSeq: seq, headHash: hash, digest });
    for (const at of [1, 7, seq]) expect(verified.value.hashAt(at)).toBe(world.stores.journal.entry(at)?.hash);
    expect(verified.value.hashAt(seq + 1)).toBeNull();
    expect(digestOf(imported(pages.flat(), nameOf(world.stores), 777)).digest).toBe(digest);
  });

  it("a wallet that changes between two pages makes the next page refuse", () => {
    const world = smallWorld();
    const bets = Array.from({ length: 400 }, () => betCommand({ stakeMinor: 2_000 }));
    world.deposit(5_000_000);
    for (const bet of bets) must(placeBet(world.stores, bet, world.moment()));
    const first = exportPage(world.stores, null);
    if (!first.ok) throw new Error("refused");
    expect(exportPage(world.stores, first.value.cursor).ok).toBe(true);
    world.deposit(10_000);
    expect(exportPage(world.stores, first.value.cursor)).toEqual({ ok: false, error: { reason: "export_outdated" } });
  });

  it("reading an export writes nothing, and a wallet that is not open has none", () => {
    const world = smallWorld();
    const before = world.stores.sql.first<{ n: number }>("SELECT total_changes() AS n");
    linesOf(world.stores);
    expect(world.stores.sql.first<{ n: number }>("SELECT total_changes() AS n")).toEqual(before);
    expect(exportPage(emptyWallet(), null)).toEqual({ ok: false, error: { reason: "wallet_not_open" } });
  });

  it("every column of every table that travels is in the format", () => {
    const { sql } = emptyWallet();
    for (const [table, { columns, keyColumns }] of Object.entries(EXPORT_TABLES)) {
      const stored = sql.all<{ name: string; pk: number }>("SELECT name, pk FROM pragma_table_info(?)", table);
      expect(stored.map((column) => column.name)).toEqual([...columns]);
      expect(stored.filter((column) => column.pk > 0).map((column) => column.name)).toEqual(columns.slice(0, keyColumns));
    }
    const tables = sql.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").map((row) => row.name);
    const rebuilt = ["entry", "posting", "account", "profile"];
    const left = ["alarm_job", "delivery", "checkpoint", "check_run", "import_progress", "schema_migration"];
    const known = new Set([...Object.keys(EXPORT_TABLES), ...rebuilt, ...left]);
    expect(tables.filter((name) => !known.has(name) && !name.startsWith("sqlite_"))).toEqual([]);
  });
});

describe("an export that was touched", () => {
  const world = smallWorld();
  const name = nameOf(world.stores);
  const lines = linesOf(world.stores);
  const entryLines = world.digest().seq;

  /** What verifying and importing say of these lines: the same line, the same entry; nothing is open afterwards. */
  function refusalOf(touched: readonly string[]): { line: number; seq: number | null } {
    const verified = verifyExport(touched, sha256Hex);
    const wallet = emptyWallet();
    const reply = importPage(wallet, name, touched);
    expect(verified.ok).toBe(false);
    if (verified.ok || reply.ok || reply.error.reason !== "import_refused") throw new Error("taken");
    expect(reply.error).toMatchObject({ line: verified.error.line, seq: verified.error.seq });
    expect(wallet.profiles.profile()).toBeNull();
    expect(wallet.journal.storedSeq()).toBe(0);
    return { line: reply.error.line, seq: reply.error.seq };
  }

  it("in any one character is refused, and the refusal names the entry", () => {
    let touched = 0;
    for (const [index, line] of lines.entries()) {
      for (let at = 0; at < line.length; at += 1 + Math.floor(line.length / 12)) {
        const other = line[at] === "7" ? "8" : "7";
        const changed = lines.with(index, line.slice(0, at) + other + line.slice(at + 1));
        const seq = index >= 1 && index <= entryLines ? index : null;
        expect(refusalOf(changed)).toEqual({ line: index + 1, seq });
        touched += 1;
      }
    }
    expect(touched).toBeGreaterThan(150);
  });

  it.each(["amountMinor", "postedAfterMinor", "ref", "key", "hash", "facts", "recordedAtMs", "kind", "account"])(
    "in an entry's %s, with all line hashes made anew, is still refused with the entry's number",
    (field) => {
      for (let seq = 1; seq <= entryLines; seq += 1) {
        const line = lines[seq] ?? "";
        const changed = changedField(line, field);
        if (changed === line) continue;
        expect(refusalOf(resealed(lines.with(seq, changed)))).toMatchObject({ line: seq + 1, seq });
      }
    },
  );

  it("by a line left out, two lines swapped, a line doubled, an end cut off or a line added", () => {
    const last = lines.length;
    expect(refusalOf(lines.toSpliced(3, 1))).toEqual({ line: 4, seq: 3 });
    expect(refusalOf(lines.toSpliced(3, 2, lines[4] ?? "", lines[3] ?? ""))).toEqual({ line: 4, seq: 3 });
    expect(refusalOf(lines.toSpliced(3, 0, lines[3] ?? ""))).toEqual({ line: 5, seq: 4 });
    expect(refusalOf(resealed(lines.toSpliced(3, 1)))).toEqual({ line: 4, seq: 3 });
    expect(refusalOf(resealed(lines.toSpliced(last - 2, 1)))).toEqual({ line: last - 1, seq: null });
    expect(refusalOf([...lines, lines[last - 1] ?? ""])).toEqual({ line: last + 1, seq: null });
    expect(refusalOf([...lines, ""])).toEqual({ line: last + 1, seq: null });
    expect(verifyExport(lines.slice(0, -1), sha256Hex)).toMatchObject({ ok: false, error: { line: last, seq: null } });
    expect(verifyExport(lines.slice(0, 4), sha256Hex)).toMatchObject({ ok: false, error: { line: 5, seq: 4 } });
    expect(verifyExport([], sha256Hex)).toMatchObject({ ok: false, error: { line: 1, seq: null } });
  });

  it("in the terms of a bet, with all line hashes made anew, is refused: the entry knows them", () => {
    const index = lines.findIndex((line) => line.includes('"table":"bet"'));
    const changed = (lines[index] ?? "").replace('oddsThousandths\\":2000', 'oddsThousandths\\":9000');
    expect(changed).not.toBe(lines[index]);
    expect(refusalOf(resealed(lines.with(index, changed)))).toEqual({ line: index + 1, seq: null });
  });

  it.each([
    ["a bet's state", '"table":"bet",', '"status":"WON"', '"status":"LOST"'],
    ["what a bet was paid", '"table":"bet",', '"paid":20000', '"paid":20001'],
    ["a deposit's amount", '"table":"deposit"', '"amount":100000', '"amount":100'],
    ["the player's state", '"type":"header"', '"isVerified":true', '"isVerified":false'],
  ])("in %s, with all line hashes made anew, does not open: the digest is another", (_what, where, from, to) => {
    const index = lines.findIndex((line) => line.includes(where));
    const changed = (lines[index] ?? "").replace(from, to);
    expect(changed).not.toBe(lines[index]);
    const wallet = emptyWallet();
    expect(importPage(wallet, name, resealed(lines.with(index, changed)))).toMatchObject({
      ok: false,
      error: { reason: "import_refused", line: lines.length, why: expect.stringContaining("digest") },
    });
    expect(wallet.profiles.profile()).toBeNull();
  });

  it("in rows that no wallet can hold is refused without a trace", () => {
    const index = lines.findIndex((line) => line.includes('"table":"deposit"'));
    const twice = resealed(lines.toSpliced(index, 0, lines[index] ?? ""));
    const wallet = emptyWallet();
    expect(importPage(wallet, name, twice)).toMatchObject({ ok: false, error: { line: index + 2, why: "a wallet can't hold this" } });
    const negative = resealed(lines.with(index, (lines[index] ?? "").replace('"amount":100000', '"amount":-1')));
    expect(importPage(wallet, name, negative)).toMatchObject({ ok: false, error: { line: index + 1, why: "a wallet can't hold this" } });
    const unknown = resealed(lines.with(index, (lines[index] ?? "").replace('"table":"deposit"', '"table":"sqlite_master"')));
    expect(importPage(wallet, name, unknown)).toMatchObject({ ok: false, error: { line: index + 1 } });
    expect(wallet.sql.first("SELECT 1 FROM import_progress")).toBeNull();
    expect(taken(importPage(wallet, name, lines)).isDone).toBe(true);
  });
});

describe("an import under way", () => {
  it("takes the right page after a refused one, and no page twice", () => {
    const world = smallWorld();
    const name = nameOf(world.stores);
    const lines = linesOf(world.stores);
    const [first, rest] = [lines.slice(0, 5), lines.slice(5)];
    const wallet = emptyWallet();
    expect(taken(importPage(wallet, name, first))).toEqual({ line: 5, isDone: false });
    const touched = rest.with(0, (rest[0] ?? "").replace('"seq":5', '"seq":6'));
    expect(importPage(wallet, name, touched)).toMatchObject({ ok: false, error: { reason: "import_refused", line: 6, seq: 5 } });
    expect(importPage(wallet, name, first)).toMatchObject({ ok: false, error: { reason: "import_refused", line: 6, seq: 5 } });
    expect(taken(importPage(wallet, name, rest))).toEqual({ line: lines.length, isDone: true });
    expect(digestOf(wallet).digest).toBe(world.digest().digest);
    expect(importPage(wallet, name, first)).toEqual({ ok: false, error: { reason: "wallet_exists" } });
    expect(digestOf(wallet).digest).toBe(world.digest().digest);
  });

  it("answers every command as a wallet that is not open, stores no answer, and nothing opens it", () => {
    const world = smallWorld();
    const profile = world.stores.profiles.profile();
    const lines = linesOf(world.stores);
    const wallet = emptyWallet();
    taken(importPage(wallet, nameOf(world.stores), lines.slice(0, 5)));
    const notOpen = { ok: false, error: { reason: "wallet_not_open" } };
    const open = { key: mint("open"), userId: profile?.userId ?? "", country: "KE" } as const;
    expect(openWallet(wallet, open, world.moment())).toEqual(notOpen);
    expect(placeBet(wallet, betCommand(), world.moment())).toEqual(notOpen);
    const history = new WalletHistory();
    for (const verb of ["deposit", "withdraw", "stake", "exclude", "limits"] as const) {
      expect(history.request({ verb, amount: 5_000, n: 1 })(wallet, world.moment())).toEqual(notOpen);
    }
    expect(wallet.sql.first("SELECT 1 FROM idempotency")).toBeNull();
    expect(wallet.sql.first("SELECT 1 FROM profile")).toBeNull();
    taken(importPage(wallet, nameOf(world.stores), lines.slice(5)));
    expect(digestOf(wallet).digest).toBe(world.digest().digest);
  });

  it("answers no stored reply before its end is believed, although the replies are there", () => {
    const world = new WalletWorld();
    world.deposit(100_000);
    const command = betCommand();
    must(placeBet(world.stores, command, world.moment()));
    const lines = linesOf(world.stores);
    const wallet = emptyWallet();
    taken(importPage(wallet, nameOf(world.stores), lines.slice(0, -1)));
    expect(wallet.sql.first("SELECT 1 FROM idempotency WHERE key = ?", `c:${command.key}`)).not.toBeNull();
    expect(placeBet(wallet, command, world.moment())).toEqual({ ok: false, error: { reason: "wallet_not_open" } });
    taken(importPage(wallet, nameOf(world.stores), lines.slice(-1)));
    expect(placeBet(wallet, command, world.moment())).toMatchObject({ ok: true, value: { replayed: true } });
  });

  it("is refused for another wallet's export, from the first line on", () => {
    const lines = linesOf(smallWorld().stores);
    const wallet = emptyWallet();
    expect(importPage(wallet, `KE:${mint("usr")}`, lines)).toMatchObject({
      ok: false,
      error: { reason: "import_refused", line: 1, seq: null, why: "it is another wallet's export" },
    });
  });
});

function reserveStakeOf(world: WalletWorld) {
  return new WalletHistory().request({ verb: "stake", amount: 5_000, n: 0 })(world.stores, world.moment()) as ReturnType<typeof openWallet>;
}

/** An entry's line with another value in one field, if it has that field. */
function changedField(line: string, field: string): string {
  return line
    .replace(new RegExp(`"${field}":(-?)([0-9]+)`), (_match, sign: string, digits: string) => `"${field}":${sign}${Number(digits) + 1}`)
    .replace(new RegExp(`"${field}":"([^"])`), (_match, first: string) => `"${field}":"${first === "a" ? "b" : "a"}`)
    .replace(new RegExp(`"${field}":\\{"`), `"${field}":{"a":1,"`);
}
