/**
 * The order of refusals as docs/wallet.md gives it: for each command, each two of its refusals that can be arranged together are, and
 * the earlier one must be the answer.
 */
import { describe, expect, it } from "vitest";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import { postManual } from "../../../durable-objects/wallet/commands/manual.ts";
import { WALLET_MIGRATIONS } from "../../../durable-objects/wallet/wallet-schema.ts";
import { WalletStores } from "../../../durable-objects/wallet/wallet-stores.ts";
import { isUnchanged } from "../../../shared/ledger/invariants.ts";
import {
  commandRow,
  REFUSAL_REASONS,
  type RefusalReason,
  WALLET_COMMAND_NAMES,
  WALLET_REFUSALS,
  type WalletCommandName,
} from "../../../shared/protocol/rpc/wallet-refusals.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { manualCommand, moved, worldWith } from "./ledger-commands.ts";
import { STORIES } from "./precedence-stories.ts";
import { type Arranger, limit } from "./precedence-story.ts";
import { refusal } from "./wallet-world.ts";

/** The arrangers of a command, those that every command has included, in the documented order. */
function arrangersOf(name: WalletCommandName): readonly (readonly [RefusalReason, Arranger<unknown>])[] {
  const { key, arrangers } = STORIES[name];
  const all: Partial<Record<RefusalReason, Arranger<unknown>>> = {
    ...arrangers,
    wallet_frozen: { phase: 2, on: (world) => world.stores.profiles.setFrozen("check") },
  };
  if (key !== undefined) {
    const stored = { fingerprint: "another request", reply: "{}" };
    all.idempotency_key_reused = { phase: 2, on: (world, command) => world.stores.keys.save(key(command), stored, world.nowMs) };
  }
  return commandRow(name).refusals.flatMap((reason) => {
    const arranger = all[reason];
    return arranger === undefined ? [] : [[reason, arranger] as const];
  });
}

/** Runs the command on a wallet and by a request that these arrangers have been at; the first one's request wins where two ask. */
function outcome(name: WalletCommandName, arrangers: readonly Arranger<unknown>[]): RefusalReason | "ok" {
  const { base, run } = STORIES[name];
  const world = worldWith(500);
  let command = base(world);
  const original = command;
  for (const { ask } of [...arrangers].reverse()) command = ask?.(command, world) ?? command;
  for (const { on, phase } of [...arrangers].sort((a, b) => (a.phase ?? 1) - (b.phase ?? 1))) on?.(world, phase === 2 ? command : original);
  const before = world.digest();
  const reply = run(world.stores, command, world.moment());
  if (reply.ok) return "ok";
  expect(isUnchanged(before, world.digest())).toBe(true);
  return reply.error.reason;
}

/** Refusals that no arranger is for: `wallet_not_open` has a test of its own, and some keys can't be another request's. */
const WITHOUT_ARRANGER: ReadonlySet<RefusalReason> = new Set(["wallet_not_open", "idempotency_key_reused"]);

describe("the order of refusals", () => {
  it("is one order for all commands", () => {
    const order = new Map(REFUSAL_REASONS.map((reason, index) => [reason, index]));
    for (const name of WALLET_COMMAND_NAMES) {
      const places = commandRow(name).refusals.map((reason) => order.get(reason) ?? -1);
      expect([name, places]).toEqual([name, [...places].sort((a, b) => a - b)]);
    }
    for (const reason of REFUSAL_REASONS) expect(WALLET_REFUSALS[reason].example.reason).toBe(reason);
  });

  it.each(WALLET_COMMAND_NAMES)("%s: each refusal alone, and of each two that can be arranged together the earlier", (name) => {
    const arrangers = arrangersOf(name);
    const apart = new Set((STORIES[name].apart ?? []).map((pair) => pair.join(" ")));
    const missing = commandRow(name).refusals.filter((reason) => !WITHOUT_ARRANGER.has(reason) && !arrangers.some(([of]) => of === reason));
    expect(missing).toEqual([]);
    if (name !== "recordRefusal") expect(outcome(name, [])).toBe("ok");
    for (const [index, [reason, arranger]] of arrangers.entries()) {
      expect([reason, outcome(name, [arranger])]).toEqual([reason, reason]);
      for (const [later, other] of arrangers.slice(index + 1)) {
        if (apart.has(`${reason} ${later}`)) continue;
        expect([reason, later, outcome(name, [arranger, other])]).toEqual([reason, later, reason]);
      }
    }
  });

  it.each(WALLET_COMMAND_NAMES.filter((name) => name !== "open"))("%s: says of no wallet nothing but that there is none", (name) => {
    const { base, run, key } = STORIES[name];
    for (const [, { ask }] of [["", {} as Arranger<unknown>] as const, ...arrangersOf(name)]) {
      const world = worldWith(500);
      const command = base(world);
      const sql = nodeSql();
      migrate(sql, WALLET_MIGRATIONS);
      const stores = new WalletStores(sql);
      // As an import that is not at its end leaves it: keys are there, the wallet is not.
      if (key !== undefined) stores.keys.save(key(command), { fingerprint: "another request", reply: "{}" }, world.nowMs);
      const reply = run(stores, ask?.(command, world) ?? command, world.moment());
      expect(refusal(reply)).toEqual({ reason: "wallet_not_open" });
    }
  });

  it("asks every account whether it is frozen before any whether it has enough", () => {
    const world = worldWith(500);
    limit(world, "promo:cost", { floorMinor: -500 });
    limit(world, "user:cash", { frozen: true });
    const postings = [...moved("promo:cost", "suspense", 1), ...moved("user:cash", "suspense", 1)];
    expect(refusal(postManual(world.stores, manualCommand({ postings }), world.moment()))).toEqual({
      reason: "account_frozen",
      account: "user:cash",
    });
  });
});
