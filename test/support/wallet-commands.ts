/** Builders of wallet commands that fill every field; each call mints its own ids. */
import type {
  AcceptedSelection,
  CashOutBet,
  PlaceBet,
  ReserveStake,
  SettleBet,
  StartWithdrawal,
} from "../../shared/protocol/rpc/wallet.ts";
import type { DecideBet, HoldBet } from "../../shared/protocol/rpc/wallet-acceptance.ts";
import type { EditBet, RequestCashOut } from "../../shared/protocol/rpc/wallet-cash-out.ts";
import type { GrantBonus, GrantBoost, GrantFreeBet } from "../../shared/protocol/rpc/wallet-promotions.ts";
import type { FreeBetTerms, WageringTerms } from "../../shared/tenants/sports/promotions.ts";

let minted = 0;

/** A new id or key with this prefix, different in every call and every run. */
export function mint(prefix: string): string {
  minted += 1;
  return `${prefix}_${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}${minted}`;
}

export function selection(changes: Partial<AcceptedSelection> = {}): AcceptedSelection {
  const fixtureId = changes.fixtureId ?? mint("fx");
  return {
    selectionId: `${fixtureId}:1x2:home`,
    fixtureId,
    marketId: `${fixtureId}:1x2`,
    fixtureName: "Gor Mahia v AFC Leopards",
    marketName: "Match result",
    outcomeName: "Gor Mahia",
    oddsThousandths: 2_000,
    priceVersion: 1,
    reservedUntilMs: Number.MAX_SAFE_INTEGER,
    isLive: false,
    sport: "football",
    scoreVersion: 0,
    probabilityPpm: null,
    ...changes,
  };
}

export function betCommand(changes: Partial<PlaceBet> = {}): PlaceBet {
  const key = changes.key ?? mint("key");
  return {
    key,
    fingerprint: `print:${key}`,
    betId: mint("bet"),
    kind: "SINGLE",
    stakeMinor: 10_000,
    selections: [selection()],
    systemSizes: [],
    bankers: [],
    ...changes,
  };
}

/** The stake of a live bet: decided five seconds later, at the odds of `selection` or better. */
export function holdCommand(changes: Partial<HoldBet> = {}): HoldBet {
  const bet = betCommand(changes);
  const asked = bet.selections.map(({ selectionId, oddsThousandths, priceVersion }) => ({
    ...{ selectionId, policy: "higher" as const, seenOddsThousandths: oddsThousandths, seenPriceVersion: priceVersion },
  }));
  return { asked, delayMs: 5_000, ...bet, ...changes };
}

/** What the fixtures say of a held bet whose prices are as they were, unless `selections` say otherwise. */
export function decisionFor(bet: HoldBet, changes: Partial<PricedVerdict> = {}, round = 1): DecideBet {
  const decision = { verdict: "priced", selections: bet.selections, stakeMaxMinor: null, asksAgain: false, ...changes } as const;
  return { betId: bet.betId, round, decision };
}

type PricedVerdict = Extract<DecideBet["decision"], { verdict: "priced" }>;

/** A result that gives every selection of one of the bet's fixtures the same outcome. */
export function resultFor(
  bet: Pick<PlaceBet, "betId" | "selections">,
  fixtureId: string,
  resultVersion: number,
  outcome: SettleBet["results"][number]["outcome"],
): SettleBet {
  const results = bet.selections.filter((each) => each.fixtureId === fixtureId).map(({ selectionId }) => ({ selectionId, outcome }));
  return { betId: bet.betId, fixtureId, resultVersion, results };
}

/** All of a bet for 90.00, at the state of a bet that has just been placed. */
export function cashOutCommand(betId: string, changes: Partial<CashOutBet> = {}): CashOutBet {
  return { key: mint("key"), fingerprint: "print", betId, stateVersion: 0, percent: 100, payoutMinor: 9_000, ...changes };
}

/** The same, priced again after five seconds, for whatever it brings then if that is not less. */
export function requestCommand(betId: string, changes: Partial<RequestCashOut> = {}): RequestCashOut {
  return { ...cashOutCommand(betId), takesBetter: true, delayMs: 5_000, ...changes };
}

/** A bet of 100.00 made of another one that is worth 95.00. */
export function editCommand(parentId: string, changes: Partial<EditBet> = {}): EditBet {
  return { ...betCommand(), parentId, stateVersion: 0, valueMinor: 9_500, ...changes };
}

/** A token of 50.00 for a single or multi at any odds, good for 14 days. */
export function freeBetCommand(changes: Partial<GrantFreeBet> = {}, terms: Partial<FreeBetTerms> = {}): GrantFreeBet {
  return {
    key: mint("key"),
    freeBetId: mint("fbt"),
    campaignId: "KE-test",
    amountMinor: 5_000,
    terms: { kinds: ["SINGLE", "MULTI"], selectionsMin: 1, oddsMinThousandths: 1_010, sports: null, returnedDays: 7, ...terms },
    days: 14,
    reason: "a test",
    ...changes,
  };
}

/** A boost for two bets of at most 500.00, good for 14 days. */
export function boostCommand(changes: Partial<GrantBoost> = {}): GrantBoost {
  const own = { key: mint("key"), grantId: mint("bst"), boostId: "KE-loyal-boost-1", reason: "a test" };
  return { ...own, stakeMaxMinor: 50_000, uses: 2, days: 14, ...changes };
}

/** An offer of 100.00 that wants 300.00 staked at odds of 1.80 or more, to be taken within 7 days and wagered within 14. */
export function bonusCommand(changes: Partial<GrantBonus> = {}, terms: Partial<WageringTerms> = {}): GrantBonus {
  const counts = (["SINGLE", "MULTI"] as const).map((kind) => ({
    ...{ kind, weightPercent: 100, oddsMinThousandths: 1_800, totalOddsMinThousandths: 1_800 },
  }));
  return {
    ...{ key: mint("key"), bonusId: mint("bon"), campaignId: "KE-test", depositId: null, amountMinor: 10_000, requiredMinor: 30_000 },
    ...{ terms: { times: 3, base: "bonus", counts, convertedMaxMinor: null, endsOnWithdrawal: true, ...terms } },
    ...{ days: 14, offerDays: 7, reason: "a test", ...changes },
  };
}

export function withdrawalCommand(changes: Partial<StartWithdrawal> = {}): StartWithdrawal {
  const key = changes.key ?? mint("key");
  return { key, fingerprint: `print:${key}`, intentId: mint("wdr"), method: "mpesa", amountMinor: 19_000, ...changes };
}

export function stakeCommand(changes: Partial<ReserveStake> = {}): ReserveStake {
  const key = changes.key ?? mint("key");
  return {
    key,
    fingerprint: `print:${key}`,
    holdId: mint("hold"),
    product: "crash",
    ref: mint("crash-ke:1"),
    amountMinor: 5_000,
    ...changes,
  };
}
