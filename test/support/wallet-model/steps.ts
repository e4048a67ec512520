/**
 * Random steps, and what each becomes on the model's present state: mostly commands that make sense, sometimes ones that don't, repeats
 * of earlier requests, and other requests under an earlier key.
 */
import fc from "fast-check";
import type { PlaceBet } from "../../../shared/protocol/rpc/wallet.ts";
import { stateOf } from "./bets.ts";
import type { WalletModel } from "./model.ts";
import { type Request, ruleOf } from "./request.ts";

export interface Step {
  readonly kind: (typeof KINDS)[number] | (typeof HELD_KINDS)[number];
  readonly amount: number;
  readonly which: number;
  readonly flag: boolean;
}

const KINDS = [
  ...["deposit", "deposit", "bet", "bet", "bet", "result", "result", "result", "result"],
  ...["cash_out", "cash_out", "rule", "rule", "reach", "reach", "end_rule", "edit"],
  ...["withdraw", "end_withdrawal", "stake", "end_stake", "release", "grant", "convert", "adjust", "adjust", "wrong_post", "open"],
  ...["reserve", "reserve", "commit", "commit", "reverse", "reverse", "limit", "exclude", "freeze", "thaw", "thaw"],
  ...["again", "again", "again", "again", "twist", "twist", "pass", "pass", "expire", "evict"],
] as const;

const MINUTE_MS = 60_000;

/** Bets that wait; the object's own alarm and queue would decide them too, so they are for wallets that are driven by hand. */
const HELD_KINDS = ["hold_bet", "hold_bet", "decide", "decide", "decide", "answer", "answer"] as const;

/** Steps of every kind, those of held bets included. */
export const stepWithHeldBets: fc.Arbitrary<Step> = stepOf([...KINDS, ...HELD_KINDS]);
export const stepArbitrary: fc.Arbitrary<Step> = stepOf(KINDS);

function stepOf(kinds: readonly Step["kind"][]): fc.Arbitrary<Step> {
  return fc.record({
    kind: fc.constantFrom(...kinds),
    amount: fc.oneof(
      fc.integer({ min: 1, max: 400 }).map((n) => n * 1_000),
      fc.integer({ min: 1, max: 3_000 }),
      fc.constantFrom(1_999, 2_000, 100_000_001),
    ),
    which: fc.nat({ max: 5 }),
    flag: fc.boolean(),
  });
}

/** Turns steps into requests; remembers what was said, to say it again. Ids and keys follow from a counter: the same steps say the same. */
export class Requests {
  readonly #said: Request[] = [];
  readonly #prefix: string;
  #minted = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** The requests of one step, in order; none for steps that are not commands or have nothing to work on. */
  of(step: Step, model: WalletModel): readonly Request[] {
    const requests = this.#of(step, model);
    this.#said.push(...requests);
    return requests;
  }

  #of(step: Step, model: WalletModel): readonly Request[] {
    const context: Context = { key: this.#mint("key"), reason: "a test", grant: `user:bonus:g${step.which % 3}` };
    for (const part of [this.#payment, this.#bet, this.#cashOut, this.#held, this.#game, this.#manual, this.#rule, this.#repeat]) {
      const requests = part.call(this, step, model, context);
      if (requests !== null) return requests;
    }
    return [];
  }

  #payment({ kind, amount, flag, which }: Step, model: WalletModel, { key, reason }: Context): readonly Request[] | null {
    switch (kind) {
      case "deposit": {
        const intentId = this.#mint("dep");
        return [
          { verb: "startDeposit", command: { key, intentId, method: "mpesa", amountMinor: amount } },
          {
            verb: "creditDeposit",
            command: { intentId, provider: "daraja", receipt: this.#mint("R"), grossMinor: amount, occurredAtMs: model.nowMs },
          },
        ];
      }
      case "withdraw":
        return [
          {
            verb: "startWithdrawal",
            command: { key, fingerprint: `print:${key}:${amount}`, intentId: this.#mint("wdr"), method: "mpesa", amountMinor: amount },
          },
        ];
      case "end_withdrawal": {
        const intentId = nth(which, [...model.withdrawals.keys()]) ?? "none";
        return [
          flag
            ? {
                verb: "confirmWithdrawal",
                command: { intentId, provider: "daraja", receipt: `B2C-${intentId}`, occurredAtMs: model.nowMs },
              }
            : { verb: "failWithdrawal", command: { intentId, reason } },
        ];
      }
      default:
        return null;
    }
  }

  #bet({ kind, amount, which, flag }: Step, _model: WalletModel, { key }: Context): readonly Request[] | null {
    switch (kind) {
      case "bet":
        return [{ verb: "placeBet", command: this.#newBet(key, amount, flag) }];
      case "result": {
        const bet = nth(
          which,
          this.#said.filter((each) => each.verb === "placeBet" || each.verb === "holdBet"),
        );
        if (bet === undefined) return [];
        const fixtureId = bet.command.selections[0]?.fixtureId ?? "";
        const outcome = (["won", "won", "lost", "void", null] as const)[amount % 5] ?? null;
        return [
          {
            verb: "settleBet",
            command: {
              betId: bet.command.betId,
              fixtureId,
              resultVersion: 1 + (which % 4),
              results: [{ selectionId: `${fixtureId}:1x2:home`, outcome }],
            },
          },
        ];
      }
      default:
        return null;
    }
  }

  #cashOut({ kind, amount, which, flag }: Step, model: WalletModel, { key }: Context): readonly Request[] | null {
    // Mostly of a bet that plays: the others are refused, which a few show as well as many.
    const isAsked = kind === "reach" || kind === "end_rule";
    const playing = [...model.bets.all].filter(
      ([, { open, outcome, rule }]) => which === 5 || (open > 0 && outcome === null && !(isAsked && rule === null)),
    );
    const [betId, bet] = nth(which, playing) ?? ["none", undefined];
    if (bet === undefined && which > 0) return kind === "cash_out" || kind === "rule" || kind === "reach" || kind === "edit" ? [] : null;
    const worth = bet === undefined ? amount : 1_000 + (amount % Math.max(1, bet.open));
    const percent = flag ? 100 : 1 + (amount % 99);
    // Now and then of a state that was.
    const stateVersion = bet === undefined ? 0 : stateOf(bet) + (amount % 7 === 0 ? 1 : 0);
    switch (kind) {
      case "cash_out": {
        const fingerprint = `print:${key}:${worth}`;
        return [{ verb: "cashOut", command: { key, fingerprint, betId, stateVersion, percent, payoutMinor: worth } }];
      }
      case "rule":
        return [{ verb: "setCashOutRule", command: { betId, percent, leastMinor: worth, delayMs: 0 } }];
      case "reach": {
        const verdict =
          amount % 5 === 0
            ? ({ verdict: "none", state: "SUSPENDED", reason: "market_suspended" } as const)
            : ({ verdict: "priced", stateVersion, amountMinor: (bet?.rule?.least ?? worth) + (amount % 3) - 1, fullMinor: worth } as const);
        return [{ verb: "decideCashOut", command: { orderId: ruleOf(betId), verdict } }];
      }
      case "end_rule":
        return [{ verb: "removeCashOutRule", command: { betId } }];
      case "edit": {
        const { freeBetId: _none, ...placed } = this.#newBet(key, amount, flag);
        return [{ verb: "editBet", command: { ...placed, parentId: betId, stateVersion, valueMinor: worth } }];
      }
      default:
        return null;
    }
  }

  #held({ kind, amount, which, flag }: Step, model: WalletModel, { key }: Context): readonly Request[] | null {
    const betId = nth(which, [...model.heldBets.all.keys()]) ?? "none";
    const bet = model.heldBets.all.get(betId);
    const held = this.#said.find((each) => each.verb === "holdBet" && each.command.betId === betId);
    switch (kind) {
      case "hold_bet": {
        const placed = this.#newBet(key, amount, flag);
        const asked = placed.selections.map(({ selectionId, oddsThousandths, priceVersion }) => ({
          ...{ selectionId, policy: "any" as const, seenOddsThousandths: oddsThousandths, seenPriceVersion: priceVersion },
        }));
        return [{ verb: "holdBet", command: { ...placed, asked, delayMs: 5_000 } }];
      }
      case "decide": {
        const round = (bet?.round ?? 1) + (which === 5 ? 1 : 0);
        if (held?.verb !== "holdBet" || which === 0)
          return [{ verb: "decideBet", command: { betId, round, decision: { verdict: "refused", code: "MARKET_CLOSED", details: "{}" } } }];
        const { selections } = held.command;
        const stakeMaxMinor = which === 1 ? amount : null;
        return [
          { verb: "decideBet", command: { betId, round, decision: { verdict: "priced", selections, stakeMaxMinor, asksAgain: flag } } },
        ];
      }
      case "answer": {
        const round = which === 1 ? 1 : null;
        return [{ verb: "answerOffer", command: { key, fingerprint: `print:${key}`, betId, round, accept: flag } }];
      }
      default:
        return null;
    }
  }

  #newBet(key: string, amount: number, flag: boolean): PlaceBet {
    const fixtureId = this.#mint("fx");
    const selection = {
      selectionId: `${fixtureId}:1x2:home`,
      fixtureId,
      marketId: `${fixtureId}:1x2`,
      fixtureName: "A v B",
      marketName: "Result",
      outcomeName: "A",
      oddsThousandths: flag ? 2_000 : 3_000,
      priceVersion: 1,
      reservedUntilMs: Number.MAX_SAFE_INTEGER,
      ...{ isLive: false, sport: "football", scoreVersion: 0, probabilityPpm: null },
    };
    return {
      ...{ key, fingerprint: `print:${key}:${amount}`, betId: this.#mint("bet"), kind: "SINGLE", stakeMinor: amount },
      ...{ selections: [selection], systemSizes: [], bankers: [] },
    };
  }

  #game({ kind, amount, which, flag }: Step, model: WalletModel, { key, reason }: Context): readonly Request[] | null {
    switch (kind) {
      case "stake":
        return [
          {
            verb: "reserveStake",
            command: {
              key,
              fingerprint: `print:${key}:${amount}`,
              holdId: this.#mint("hold"),
              product: "crash",
              ref: "crash:1",
              amountMinor: amount,
            },
          },
        ];
      case "end_stake": {
        const holdId =
          nth(
            which,
            [...model.holds].filter(([, hold]) => hold.kind === "crash").map(([id]) => id),
          ) ?? "none";
        return [{ verb: "settleStake", command: { key, holdId, payoutMinor: flag ? amount : 0, ref: "crash:1" } }];
      }
      case "release":
        return [{ verb: "releaseHold", command: { key, holdId: nth(which, [...model.holds.keys()]) ?? "none", reason } }];
      case "reserve":
        return [
          {
            verb: "reserve",
            command: {
              key,
              purpose: flag ? "stake" : "charge",
              ref: "offer",
              amountMinor: amount,
              expiresAtMs: model.nowMs + (which - 1) * MINUTE_MS,
            },
          },
        ];
      case "commit": {
        const [holdId, hold] = nth(which, [...model.holds]) ?? ["none", undefined];
        const part = hold === undefined ? amount : 1 + (amount % (hold.amount + 1));
        return [{ verb: "commit", command: { key, holdId, amountMinor: part, close: flag } }];
      }
      default:
        return null;
    }
  }

  #manual({ kind, amount, flag, which }: Step, model: WalletModel, { key, reason, grant }: Context): readonly Request[] | null {
    switch (kind) {
      case "open":
        return [{ verb: "openAccount", command: { key, account: flag ? grant : "user:gold" } }];
      case "grant":
        return [
          { verb: "openAccount", command: { key: this.#mint("key"), account: grant } },
          post(key, "BONUS_GRANTED", "promo:cost", grant, amount),
        ];
      case "convert":
        return [
          flag ? post(key, "BONUS_CONVERTED", grant, "user:cash", amount) : post(key, "BONUS_FORFEITED", grant, "promo:cost", amount),
        ];
      case "adjust":
        return [flag ? post(key, "ADJUSTED", "suspense", "user:cash", amount) : post(key, "ADJUSTED", "user:cash", "promo:cost", amount)];
      case "wrong_post":
        return [
          flag
            ? post(key, "ADJUSTED", "house:payouts", "user:cash", amount)
            : {
                verb: "post",
                command: {
                  key,
                  kind: "ADJUSTED",
                  ref: "case",
                  reason,
                  postings: [{ account: "user:cash", amountMinor: amount }],
                  occurredAtMs: null,
                },
              },
        ];
      case "reverse": {
        const manual = nth(which, [...model.manual.keys()]);
        return [{ verb: "reverse", command: { key, seq: flag && manual !== undefined ? manual : 1 + (amount % (model.seq + 2)), reason } }];
      }
      default:
        return null;
    }
  }

  #rule({ kind, amount, which, flag }: Step, model: WalletModel, { key, reason, grant }: Context): readonly Request[] | null {
    switch (kind) {
      case "limit":
        return [
          {
            verb: "setLimit",
            command: {
              key,
              account: (["user:cash", grant, "promo:cost", "house:stakes"] as const)[which % 4] ?? grant,
              floorMinor: which === 5 ? null : Math.max(0, (amount % 5_000) - 2_500),
              frozen: flag && amount % 3 === 0,
            },
          },
        ];
      case "exclude":
        return amount % 4 === 0 ? [{ verb: "selfExclude", command: { key, untilMs: model.nowMs + which * MINUTE_MS, reason } }] : [];
      case "freeze":
        return amount % 12 === 0 ? [{ verb: "freeze", command: { key, reason } }] : [];
      case "thaw":
        return [{ verb: "unfreeze", command: { key, reason } }];
      default:
        return null;
    }
  }

  #repeat({ kind, which }: Step, model: WalletModel): readonly Request[] | null {
    switch (kind) {
      case "again": {
        const request = nth(
          which,
          this.#said.filter((each) => model.remembers(each)),
        );
        return request === undefined ? [] : [request];
      }
      case "twist": {
        const request = nth(
          which,
          this.#said.filter((each) => (each.verb === "post" || each.verb === "setLimit") && model.remembers(each)),
        );
        if (request?.verb === "post")
          return [{ verb: "post", command: { ...request.command, reason: `${request.command.reason}, but another` } }];
        return request?.verb === "setLimit" ? [{ verb: "setLimit", command: { ...request.command, frozen: !request.command.frozen } }] : [];
      }
      default:
        return null;
    }
  }

  #mint(prefix: string): string {
    this.#minted += 1;
    return `${prefix}_${this.#prefix}_${this.#minted}`;
  }
}

/** What every request of a step may use. */
interface Context {
  readonly key: string;
  readonly reason: string;
  readonly grant: string;
}

function nth<T>(which: number, list: readonly T[]): T | undefined {
  return list.at(-1 - (which % Math.max(1, list.length)));
}

function post(key: string, kind: string, from: string, to: string, amountMinor: number): Request {
  const postings = [
    { account: from, amountMinor: -amountMinor },
    { account: to, amountMinor },
  ];
  return { verb: "post", command: { key, kind, ref: "case", reason: "a test", postings, occurredAtMs: null } };
}
