/** Bets as the wire shows them: major units, decimal odds, RFC 3339, null where the player can't know yet. */
import type * as z from "zod";
import { betLines, isEachWay, type PlaceTerms } from "../../../shared/betting/each-way.ts";
import type { BetKind, SelectionOutcome } from "../../../shared/betting/types.ts";
import { deadHeatOf, type PlainOutcome } from "../../../shared/betting/types.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import { displayProduct, oddsThousandths, toDecimalOdds } from "../../../shared/money/odds.ts";
import type { BetOut, heldBet, placedBet } from "../../../shared/protocol/http/bets.ts";
import { ERRORS, type ErrorCode } from "../../../shared/protocol/http/errors.ts";
import type { AcceptedSelection, BetView, TaxLine } from "../../../shared/protocol/rpc/wallet.ts";
import { type BetRefusal, type HeldBetView, isHeld, type ShownBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";

const OUTCOME_STATUS = {
  won: "WON",
  lost: "LOST",
  void: "VOID",
  half_won: "HALF_WON",
  half_lost: "HALF_LOST",
} as const satisfies Record<PlainOutcome, string>;

/** A dead heat has won, with a part of its stake. */
function statusOf(outcome: SelectionOutcome | null): "PENDING" | (typeof OUTCOME_STATUS)[PlainOutcome] {
  if (outcome === null) return "PENDING";
  return deadHeatOf(outcome) === null ? OUTCOME_STATUS[outcome as PlainOutcome] : "WON";
}

/** The answer to placing; only what never changes, so that a repeat of the request gets the very same. */
export function presentPlacedBet(bet: BetView): z.input<typeof placedBet> {
  return {
    bet_id: bet.betId,
    bet_type: bet.kind,
    status: "PENDING",
    stake: major(bet.stakeMinor),
    total_odds: totalOdds(bet.kind, bet.selections),
    potential_win: major(bet.potentialWinMinor),
    ...presentWays(bet),
    selections: bet.selections.map(presentSelection),
    free_bet_id: bet.freeBetId ?? null,
    ...presentPromises(bet),
    placed_at: time(bet.placedAtMs),
    message: "Bet placed successfully",
  };
}

/** The answer to placing or answering an offer, whatever the bet is by then. */
export function presentAnswer(bet: ShownBet): z.input<typeof placedBet> | z.input<typeof heldBet> {
  return isHeld(bet) ? presentHeldBet(bet) : presentPlacedBet(bet);
}

/** A bet that waits for its decision, or came to nothing. */
function presentHeldBet(bet: HeldBetView): z.input<typeof heldBet> {
  return {
    bet_id: bet.betId,
    bet_type: bet.kind,
    status: bet.status,
    stake: major(bet.stakeMinor),
    total_odds: totalOdds(bet.kind, bet.selections),
    potential_win: major(bet.potentialWinMinor),
    ...presentWays(bet),
    selections: bet.selections.map(presentSelection),
    free_bet_id: bet.freeBetId ?? null,
    placed_at: time(bet.placedAtMs),
    ...presentWait(bet),
  };
}

function presentWait({ kind, decidesAtMs, offer, refusal }: HeldBetView) {
  return {
    decides_at: time(decidesAtMs),
    offer:
      offer === null
        ? null
        : {
            offer: offer.round,
            stake: major(offer.stakeMinor),
            total_odds: totalOdds(kind, offer.selections),
            potential_win: major(offer.potentialWinMinor),
            selections: offer.selections.map(presentSelection),
            expires_at: time(offer.expiresAtMs),
          },
    refusal: refusal === null ? null : { code: refusal.code, message: sentenceOf(refusal.code), details: detailsOf(refusal) },
  };
}

function detailsOf({ details }: BetRefusal): Record<string, unknown> {
  return JSON.parse(details) as Record<string, unknown>;
}

/** What the table of errors says of a code. */
function sentenceOf(code: string): string {
  return code in ERRORS ? ERRORS[code as ErrorCode][1] : "";
}

/** A bet with its results, its settlement versions and what it paid; nothing of these while it is not accepted. */
export function presentBet(bet: ShownBet): BetOut {
  return isHeld(bet) ? presentUnaccepted(bet) : presentAccepted(bet);
}

function presentUnaccepted(bet: HeldBetView): BetOut {
  return {
    ...presentHeldBet(bet),
    // What is promised follows from the moment in which it is accepted.
    ...presentPromises({}),
    actual_win: null,
    system_sizes: [...bet.systemSizes],
    // A bet with a live selection is never each way.
    selections: bet.selections.map((selection, index) => ({
      ...presentSelection(selection),
      ...{ banker: bet.bankers.includes(index), status: "PENDING", place: null },
    })),
    settlements: [],
    tax_lines: [],
    ...{ cash_outs: [], parent_id: null, edited_to: null },
    settled_at: null,
  };
}

function presentAccepted(bet: BetView): BetOut {
  return {
    bet_id: bet.betId,
    bet_type: bet.kind,
    status: bet.status,
    stake: major(bet.stakeMinor),
    total_odds: totalOdds(bet.kind, bet.selections),
    potential_win: major(bet.potentialWinMinor),
    actual_win: bet.status === "PENDING" ? null : major(bet.paidMinor),
    ...presentWays(bet),
    system_sizes: [...bet.systemSizes],
    selections: bet.selections.map((selection, index) => ({
      ...presentSelection(selection),
      banker: bet.bankers.includes(index),
      status: statusOf(selection.outcome),
      place: selection.place === undefined ? null : { ...presentPlace(selection.place), status: statusOf(selection.placeOutcome ?? null) },
    })),
    settlements: bet.settlements.map((settlement) => ({
      version: settlement.version,
      target: major(settlement.targetMinor),
      posted: major(settlement.postedMinor),
      at: time(settlement.atMs),
    })),
    tax_lines: bet.taxLines.map(presentTaxLine),
    free_bet_id: bet.freeBetId ?? null,
    cash_outs: bet.cashOuts.map((part) => ({
      percent: part.percent,
      amount: major(part.payoutMinor),
      net_amount: major(part.paidMinor),
      at: time(part.atMs),
    })),
    parent_id: bet.parentId ?? null,
    edited_to: bet.editedTo ?? null,
    ...presentPromises(bet),
    placed_at: time(bet.placedAtMs),
    settled_at: bet.settledAtMs === null ? null : time(bet.settledAtMs),
    ...{ decides_at: null, offer: null, refusal: null },
  };
}

export function presentSelection(selection: AcceptedSelection) {
  return {
    selection_id: selection.selectionId,
    event_id: selection.fixtureId,
    event_name: selection.fixtureName,
    market_id: selection.marketId,
    market_name: selection.marketName,
    outcome_name: selection.outcomeName,
    odds: toDecimalOdds(oddsThousandths(selection.oddsThousandths)),
    price_version: selection.priceVersion,
    builder:
      selection.builder?.parts.map((part) => ({
        ...{ selection_id: part.selectionId, market_name: part.marketName, outcome_name: part.outcomeName },
        odds: toDecimalOdds(oddsThousandths(part.oddsThousandths)),
      })) ?? null,
    boost:
      selection.boost === undefined
        ? null
        : { boost_id: selection.boost.boostId, odds: toDecimalOdds(oddsThousandths(selection.boost.oddsThousandths)) },
    place: selection.place === undefined ? null : presentPlace(selection.place),
  };
}

function presentPlace({ places, divisor, selectionId }: PlaceTerms) {
  return { places, fraction: `1/${divisor}`, selection_id: selectionId };
}

/** How a bet's stake lies on its lines. */
export function presentWays(bet: Parameters<typeof betLines>[0] & { readonly stakeMinor: number }) {
  const lines = betLines(bet);
  return { lines, each_way: isEachWay(bet.selections), line_stake: major(Math.floor(bet.stakeMinor / lines)) };
}

/** What a bet is promised beside its odds. */
export function presentPromises({ earlyPayout, cutRefund, insurance }: Pick<BetView, "earlyPayout" | "cutRefund" | "insurance">) {
  const [first] = earlyPayout?.selections ?? [];
  return {
    early_payout:
      earlyPayout === undefined || first === undefined
        ? null
        : { lead: first.lead, selections: earlyPayout.selections.map(({ selectionId }) => selectionId) },
    cut_refund:
      cutRefund === undefined
        ? null
        : {
            ...{ losers: cutRefund.losersMax, percent: cutRefund.percent, max: major(cutRefund.refundMaxMinor) },
            paid_as: cutRefund.isFreeBet === true ? ("free_bet" as const) : ("cash" as const),
          },
    insurance:
      insurance === undefined ? null : { cuts: insurance.cutsMax, odds: toDecimalOdds(oddsThousandths(insurance.oddsThousandths)) },
  };
}

export function presentTaxLine(line: TaxLine) {
  return {
    code: line.code,
    name: line.legalName,
    rate_percent: line.rateBasisPoints / 100,
    base: major(line.baseMinor),
    amount: major(line.taxMinor),
  };
}

/** The product of all odds means something for one line only; a system has none. */
export function totalOdds(kind: BetKind, selections: readonly { readonly oddsThousandths: number }[]): number | null {
  return kind === "SYSTEM" ? null : displayProduct(selections.map((selection) => oddsThousandths(selection.oddsThousandths)));
}

function major(amount: number): number {
  return toMajor(minor(amount));
}

function time(at: number): string {
  return toRfc3339(unixMs(at));
}
