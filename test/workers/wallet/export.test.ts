/** Export and import over RPC, on real objects: a wallet that lost its storage comes back as it was, in its own place only. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import { verifyExport } from "../../../shared/ledger/export-format.ts";
import type { StaffRole } from "../../../shared/protocol/rpc/staff.ts";
import { configOf } from "../../../workers/env.ts";
import type { ServiceContext } from "../../../workers/services/context.ts";
import { exportWallet } from "../../../workers/services/ledger/export-wallet.ts";
import { resealed } from "../../support/export-lines.ts";
import { betCommand, mint, resultFor, selection, stakeCommand, withdrawalCommand } from "../../support/wallet-commands.ts";
import { openFixture } from "../odds/messages.ts";
import { deposit, must, newWallet, type TestWallet, type WalletStub } from "./wallet-support.ts";

/** A wallet with a settled bet, an open stake and a withdrawal on its way. */
async function storiedWallet(): Promise<TestWallet> {
  const { fixtureId } = await openFixture("KE");
  const made = await newWallet(95_000);
  const bet = betCommand({ selections: [selection({ fixtureId })] });
  must(await made.wallet.placeBet(bet));
  must(await made.wallet.settleBet(resultFor(bet, fixtureId, 1, "won")));
  must(await made.wallet.reserveStake(stakeCommand()));
  must(await made.wallet.startWithdrawal(withdrawalCommand()));
  return made;
}

async function linesOf(wallet: WalletStub): Promise<readonly string[]> {
  const lines: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<WalletStub["exportPage"]>> = await wallet.exportPage(cursor);
    if (!page.ok) throw new Error(page.error.reason);
    lines.push(...page.value.lines);
    cursor = page.value.cursor;
  } while (cursor !== null);
  return lines;
}

/** What a lost object leaves: nothing under its name. */
async function lose(wallet: WalletStub): Promise<void> {
  await runInDurableObject(wallet, async (_instance, state) => {
    await state.storage.deleteAlarm();
    await state.storage.deleteAll();
  });
  await evictDurableObject(wallet);
}

function staffContext(role: StaffRole): ServiceContext {
  return {
    env,
    config: configOf(env),
    nowMs: unixMs(Date.now()),
    requestId: mint("req"),
    country: "KE",
    actor: null,
    staff: { email: `${role}@mkeka.example`, role, countries: ["KE"] },
    ipAddress: "127.0.0.1",
    later: () => undefined,
  };
}

it("a wallet that lost its storage comes back with its digest, answers repeats byte for byte and goes on", async () => {
  const { walletId, wallet } = await storiedWallet();
  const stake = stakeCommand();
  const first = await wallet.reserveStake(stake);
  const before = await wallet.digest();
  const lines = await linesOf(wallet);
  await evictDurableObject(wallet);
  expect(await linesOf(env.WALLET.getByName(walletId))).toEqual(lines);

  await lose(env.WALLET.getByName(walletId));
  const again = env.WALLET.getByName(walletId);
  expect(await again.read()).toEqual({ ok: false, error: { reason: "wallet_not_open" } });
  expect(await again.importPage(lines.slice(0, 4))).toEqual({ ok: true, value: { line: 4, isDone: false } });
  expect(await again.placeBet(betCommand())).toEqual({ ok: false, error: { reason: "wallet_not_open" } });
  await evictDurableObject(again);
  expect(await again.importPage(lines.slice(4))).toEqual({ ok: true, value: { line: lines.length, isDone: true } });

  const after = await again.digest();
  expect(after).toMatchObject({ seq: before.seq, hash: before.hash, digest: before.digest, balances: before.balances, violations: [] });
  expect(await linesOf(again)).toEqual(lines);
  const second = await again.reserveStake(stake);
  expect(JSON.stringify(second)).toBe(JSON.stringify(first.ok ? { ...first, value: { ...first.value, replayed: true } } : first));
  await deposit(again, 10_000);
  expect((await again.digest()).violations).toEqual([]);
  expect(await again.importPage(lines)).toEqual({ ok: false, error: { reason: "wallet_exists" } });
});

it("an export goes into the wallet of its own name and no other", async () => {
  const { wallet } = await storiedWallet();
  const lines = await linesOf(wallet);
  const other = env.WALLET.getByName(`KE:${mint("usr")}`);
  expect(await other.importPage(lines)).toMatchObject({ ok: false, error: { reason: "import_refused", line: 1, seq: null } });
  expect(await other.read()).toEqual({ ok: false, error: { reason: "wallet_not_open" } });
});

it("one altered byte is refused with the entry's number, in the object as on paper, and leaves nothing", async () => {
  const { walletId, wallet } = await storiedWallet();
  const { seq: head } = await wallet.digest();
  const lines = await linesOf(wallet);
  await lose(env.WALLET.getByName(walletId));
  const again = env.WALLET.getByName(walletId);
  for (let seq = 1; seq <= head; seq += 1) {
    const altered = lines.with(
      seq,
      (lines[seq] ?? "").replace(/[0-9]/, (digit) => String((Number(digit) + 1) % 10)),
    );
    const refused = { line: seq + 1, seq };
    expect(verifyExport(altered, sha256Hex)).toMatchObject({ ok: false, error: refused });
    expect(await again.importPage(altered)).toMatchObject({ ok: false, error: { reason: "import_refused", ...refused } });
  }
  const deposits = lines.findIndex((line) => line.includes('"table":"deposit"'));
  const doubled = resealed(lines.toSpliced(deposits, 0, lines[deposits] ?? ""));
  expect(await again.importPage(doubled)).toMatchObject({
    ok: false,
    error: { reason: "import_refused", why: "a wallet can't hold this" },
  });
  await runInDurableObject(again, (_instance, state) => {
    for (const table of ["entry", "profile", "idempotency", "import_progress"]) {
      expect(state.storage.sql.exec(`SELECT count(*) AS n FROM ${table}`).one().n).toBe(0);
    }
  });
  expect(await again.importPage(lines)).toMatchObject({ ok: true, value: { isDone: true } });
});

it("an operator of finance gets the whole of it as NDJSON, on record; a trader and a stranger's wallet get nothing", async () => {
  const { userId, walletId, wallet } = await storiedWallet();
  const streamed = await exportWallet(staffContext("finance"), { userId, country: "KE" });
  if (!streamed.ok) throw new Error(streamed.error.code);
  const text = await new Response(streamed.value).text();
  expect(text.endsWith("\n")).toBe(true);
  const lines = text.slice(0, -1).split("\n");
  expect(lines).toEqual(await linesOf(wallet));
  expect(verifyExport(lines, sha256Hex)).toMatchObject({ ok: true, value: { walletId } });
  const audit = await env.DB_KE.prepare("SELECT action, role FROM audit_log WHERE subject = ?").bind(userId).all();
  expect(audit.results).toEqual([{ action: "wallet.export", role: "finance" }]);

  expect(await exportWallet(staffContext("trader"), { userId, country: "KE" })).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
  expect(await exportWallet(staffContext("finance"), { userId: mint("usr"), country: "KE" })).toMatchObject({
    ok: false,
    error: { code: "NOT_FOUND" },
  });
});
