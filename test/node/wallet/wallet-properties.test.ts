/**
 * Random histories of one wallet: after every command all invariants hold, a refusal changes nothing, and a repeat gives the same answer.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { creditDeposit, endDeposit, startDeposit } from "../../../durable-objects/wallet/commands/deposits.ts";
import { releaseHold } from "../../../durable-objects/wallet/commands/holds.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { selfExclude, setDepositLimits } from "../../../durable-objects/wallet/commands/player.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { reserveStake, settleStake } from "../../../durable-objects/wallet/commands/stakes.ts";
import { confirmWithdrawal, failWithdrawal, startWithdrawal } from "../../../durable-objects/wallet/commands/withdrawals.ts";
import type { PlaceBet, SelectionOutcome, WalletDigest, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { betCommand, mint, resultFor, selection, stakeCommand, withdrawalCommand } from "../../support/wallet-commands.ts";
import { WalletWorld } from "./wallet-world.ts";

type Step =
  | { readonly do: "deposit"; readonly amount: number; readonly paid: number; readonly end: boolean }
  | { readonly do: "bet"; readonly stake: number; readonly fixtures: number; readonly odds: number; readonly system: boolean }
  | {
      readonly do: "result";
      readonly bet: number;
      readonly fixture: number;
      readonly version: number;
      readonly outcome: SelectionOutcome | null;
    }
  | { readonly do: "withdraw"; readonly amount: number }
  | { readonly do: "end_withdrawal"; readonly which: number; readonly paid: boolean }
  | { readonly do: "stake"; readonly amount: number }
  | { readonly do: "end_stake"; readonly which: number; readonly payout: number | null }
  | { readonly do: "limits"; readonly day: number | null }
  | { readonly do: "exclude"; readonly minutes: number }
  | { readonly do: "pass"; readonly minutes: number }
  | { readonly do: "evict" };

const OUTCOMES = ["won", "lost", "void", "half_won", "half_lost", null] as const;
const nth = fc.nat({ max: 5 });
const record = <T>(tag: string, fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record({ do: fc.constant(tag), ...fields });

const step = fc.oneof(
  { weight: 4, arbitrary: record("deposit", { amount: money(30_000_000), paid: money(30_000_000), end: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: record("bet", {
      stake: money(3_000_000),
      fixtures: fc.integer({ min: 1, max: 4 }),
      odds: fc.integer({ min: 1_001, max: 9_000 }),
      system: fc.boolean(),
    }),
  },
  {
    weight: 12,
    arbitrary: record("result", { bet: nth, fixture: nth, version: fc.integer({ min: 1, max: 5 }), outcome: fc.constantFrom(...OUTCOMES) }),
  },
  { weight: 3, arbitrary: record("withdraw", { amount: money(2_000_000) }) },
  { weight: 3, arbitrary: record("end_withdrawal", { which: nth, paid: fc.boolean() }) },
  { weight: 3, arbitrary: record("stake", { amount: money(500_000) }) },
  { weight: 3, arbitrary: record("end_stake", { which: nth, payout: fc.option(fc.nat({ max: 2_000_000 })) }) },
  { weight: 1, arbitrary: record("limits", { day: fc.option(fc.nat({ max: 10_000_000 })) }) },
  { weight: 1, arbitrary: record("exclude", { minutes: fc.nat({ max: 90 }) }) },
  { weight: 2, arbitrary: record("pass", { minutes: fc.nat({ max: 1_500 }) }) },
  { weight: 1, arbitrary: record("evict", {}) },
) as fc.Arbitrary<Step>;

/** Amounts near the edges of the tenants' ranges and anywhere between. */
function money(max: number): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min: 1, max }), fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(1_999, 2_000, 100_000));
}

class History {
  readonly world: WalletWorld;
  readonly bets: PlaceBet[] = [];
  readonly withdrawals: string[] = [];
  readonly stakes: string[] = [];
  accepted = 0;
  refused = 0;
  #last: WalletDigest;

  constructor(country: Country, startsAt: string) {
    this.world = new WalletWorld(country, startsAt);
    this.world.deposit(2_000_000, ...methodOf(country));
    this.#last = this.world.digest();
  }

  /** Runs a command, checks what must hold after it, and runs it again. */
  check<T>(run: () => WalletReply<T>): WalletReply<T> {
    const before = this.#last;
    const reply = run();
    const after = this.world.digest();
    this.#last = after;
    expect(after.violations).toEqual([]);
    if (reply.ok) {
      this.accepted += 1;
      if (!reply.value.replayed) expect(reply.value.head.seq).toBe(after.seq);
    } else {
      this.refused += 1;
      expect(reply.error.reason).not.toBe("wallet_frozen");
      expect(after.digest).toBe(before.digest);
    }
    return reply;
  }

  /** As `check`, and the repeat must get the stored answer and change nothing. */
  checkTwice<T>(run: () => WalletReply<T>): WalletReply<T> {
    const reply = this.check(run);
    const after = this.#last;
    const again = run();
    expect(JSON.stringify(again)).toBe(JSON.stringify(reply.ok ? { ...reply, value: { ...reply.value, replayed: true } } : reply));
    expect(this.world.digest().digest).toBe(after.digest);
    return reply;
  }

  apply(action: Step): void {
    switch (action.do) {
      case "deposit":
        this.#deposit(action);
        break;
      case "bet":
        this.#bet(action);
        break;
      case "result":
        this.#result(action);
        break;
      case "withdraw":
      case "end_withdrawal":
        this.#withdraw(action);
        break;
      case "stake":
      case "end_stake":
        this.#stake(action);
        break;
      case "limits":
      case "exclude":
        this.#protect(action);
        break;
      case "pass":
        this.world.pass(action.minutes * 60_000);
        break;
      case "evict":
        this.world.evict();
        break;
    }
  }

  #deposit({ amount, paid, end }: Of<"deposit">): void {
    const { stores } = this.world;
    const moment = this.world.moment();
    const [method, provider] = this.#method;
    const intentId = mint("dep");
    const key = mint("key");
    const started = this.checkTwice(() => startDeposit(stores, { key, intentId, method, amountMinor: amount }, moment));
    if (end && started.ok) this.checkTwice(() => endDeposit(stores, { intentId }, moment));
    const credit = { intentId, provider, receipt: mint("R"), grossMinor: paid, occurredAtMs: moment.nowMs };
    const credited = this.check(() => creditDeposit(stores, credit, moment));
    expect(credited.ok).toBe(started.ok);
    if (credited.ok) this.checkTwice(() => creditDeposit(stores, { ...credit, receipt: mint("R") }, moment));
  }

  #bet({ stake, fixtures, odds, system }: Of<"bet">): void {
    const selections = Array.from({ length: fixtures }, (_, index) => selection({ oddsThousandths: odds + index }));
    const kind = fixtures === 1 ? "SINGLE" : system && fixtures > 2 ? "SYSTEM" : "MULTI";
    const command = betCommand({ stakeMinor: stake, selections, kind, systemSizes: kind === "SYSTEM" ? [2] : [] });
    const moment = this.world.moment();
    if (this.checkTwice(() => placeBet(this.world.stores, command, moment)).ok) this.bets.push(command);
  }

  #result({ bet: which, fixture, version, outcome }: Of<"result">): void {
    const bet = this.bets.at(-1 - which);
    const fixtureId = bet?.selections[fixture % bet.selections.length]?.fixtureId;
    if (bet === undefined || fixtureId === undefined) return;
    const moment = this.world.moment();
    this.check(() => settleBet(this.world.stores, resultFor(bet, fixtureId, version, outcome), moment));
    // The version is known now: whatever else it says, it changes nothing.
    const before = this.#last.digest;
    this.check(() => settleBet(this.world.stores, resultFor(bet, fixtureId, version, "won"), moment));
    expect(this.#last.digest).toBe(before);
  }

  #withdraw(action: Of<"withdraw" | "end_withdrawal">): void {
    const { stores } = this.world;
    const moment = this.world.moment();
    if (action.do === "withdraw") {
      const command = withdrawalCommand({ amountMinor: action.amount, method: this.#method[0] });
      if (this.checkTwice(() => startWithdrawal(stores, command, moment)).ok) this.withdrawals.push(command.intentId);
      return;
    }
    const intentId = this.withdrawals.at(-1 - action.which) ?? "none";
    const paid = { intentId, provider: "daraja", receipt: `B2C-${intentId}`, occurredAtMs: moment.nowMs };
    const failed = { intentId, reason: "refused by the provider" };
    this.check<unknown>(() => (action.paid ? confirmWithdrawal(stores, paid, moment) : failWithdrawal(stores, failed, moment)));
  }

  #stake(action: Of<"stake" | "end_stake">): void {
    const { stores } = this.world;
    const moment = this.world.moment();
    if (action.do === "stake") {
      const command = stakeCommand({ amountMinor: action.amount });
      if (this.checkTwice(() => reserveStake(stores, command, moment)).ok) this.stakes.push(command.holdId);
      return;
    }
    const holdId = this.stakes.at(-1 - action.which) ?? "none";
    const { payout } = action;
    this.check<unknown>(() =>
      payout === null
        ? releaseHold(stores, { key: `void:${holdId}`, holdId, reason: "round voided" }, moment)
        : settleStake(stores, { key: `end:${holdId}:${payout}`, holdId, payoutMinor: payout, ref: "crash:1" }, moment),
    );
  }

  #protect(action: Of<"limits" | "exclude">): void {
    const { stores } = this.world;
    const moment = this.world.moment();
    const key = mint("key");
    if (action.do === "limits") {
      this.checkTwice(() => setDepositLimits(stores, { key, day: action.day }, moment));
      return;
    }
    const untilMs = moment.nowMs + action.minutes * 60_000;
    this.checkTwice(() => selfExclude(stores, { key, untilMs, reason: "a pause" }, moment));
  }

  get #method(): [method: string, provider: string] {
    return methodOf(this.world.stores.profiles.profile()?.country ?? "KE");
  }
}

type Of<Tag extends Step["do"]> = Extract<Step, { readonly do: Tag }>;

function methodOf(country: Country): [method: string, provider: string] {
  if (country === "KE") return ["mpesa", "daraja"];
  return [country === "NG" ? "flutterwave_bank_transfer" : "flutterwave_mobile_money", "flutterwave"];
}

it.each([
  ["KE", "2026-11-22T09:00:00Z"],
  ["KE", "2025-03-14T09:00:00Z"],
  ["NG", "2026-11-22T09:00:00Z"],
  ["GH", "2025-03-31T09:00:00Z"],
] as const)("any history of a wallet in %s from %s keeps every invariant", (country, startsAt) => {
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 40 }), (steps) => {
      const history = new History(country, startsAt);
      for (const action of steps) history.apply(action);
      accepted += history.accepted;
      refused += history.refused;
    }),
    { numRuns: 40 },
  );
  // A run that hardly accepts or refuses anything proves nothing.
  expect(Math.min(accepted, refused)).toBeGreaterThan(100);
});
