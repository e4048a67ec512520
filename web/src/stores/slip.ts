/** The player's slip: kept over reloads and log-ins, priced by the odds channel, placed at most once. */
import { computed, effect, signal } from "@preact/signals";
import { SLIP_SELECTIONS_MAX } from "../../../shared/kernel/limits.ts";
import { parseMajor, toMajor } from "../../../shared/money/amount.ts";
import { mulRatio } from "../../../shared/money/minor.ts";
import { attempt } from "../api/attempt.ts";
import { call } from "../api/client.ts";
import { ApiError } from "../api/error.ts";
import { readStored, writeStored } from "../api/storage.ts";
import type { FreeBet, PlacedBet, Quote, SlipBet } from "../api/types.ts";
import { typedAmount } from "../format.ts";
import * as slip from "../slip/slip.ts";
import { refreshWallet } from "./account.ts";
import { priceOf, slipShowsPrices } from "./odds.ts";
import { freeBets, isUnused, refreshPromotions, suits } from "./promotions.ts";
import { sayTrouble } from "./toasts.ts";

interface StoredSlip {
  readonly selections: readonly slip.SlipSelection[];
  readonly stake: string;
  readonly policy: slip.OddsPolicy;
}

const STORAGE_NAME = "mkeka.slip";
const stored = readStored<StoredSlip>(STORAGE_NAME);

export const selections = signal<readonly slip.SlipSelection[]>(stored?.selections ?? []);
export const stakeText = signal(stored?.stake ?? "");
export const policy = signal<slip.OddsPolicy>(stored?.policy ?? "none");
/** Several selections may also be placed as one bet each. */
export const asSingles = signal(false);

export type Placing =
  | { readonly state: "editing"; readonly trouble: ApiError | Error | null }
  | { readonly state: "placing" }
  | { readonly state: "placed"; readonly bets: readonly SlipBet[] };
export const placing = signal<Placing>({ state: "editing", trouble: null });

/** What a refusal told about prices that the channel has not shown yet; gone as soon as the channel says something newer. */
const toldPrices = signal<ReadonlyMap<string, slip.Price>>(new Map());

export const lines = computed<readonly slip.SlipLine[]>(() =>
  selections.value.map((selection) => slip.slipLine(selection, newer(priceOf(selection.fixtureId, selection.selectionId), selection))),
);
export const isMulti = computed(() => lines.value.length > 1 && !asSingles.value);

const chosenFreeBet = signal<string | null>(null);
/** Tokens that may pay this slip: it has to be one bet. */
export const usableFreeBets = computed<readonly FreeBet[]>(() => {
  const isOneBet = lines.value.length === 1 || isMulti.value;
  const odds = lines.value.map((line) => line.now.odds);
  return isOneBet ? freeBets.value.filter((token) => isUnused(token) && suits(token, odds)) : [];
});
/** The token that pays, while the slip suits it. */
export const freeBet = computed(() => usableFreeBets.value.find(({ free_bet_id }) => free_bet_id === chosenFreeBet.value) ?? null);
/** What is typed; with a token its amount: it is staked whole. */
export const stake = computed(() => {
  if (freeBet.value === null) return typedAmount(stakeText.value);
  const amount = parseMajor(freeBet.value.amount);
  return amount.ok ? amount.value : null;
});

export function chooseFreeBet(token: FreeBet | null): void {
  chosenFreeBet.value = token?.free_bet_id ?? null;
  placing.value = { state: "editing", trouble: null };
}

/** What the player chose to make of the slip: a boost, or insurance against so many cuts. */
export type Promotion = { readonly boost_id: string } | { readonly cuts: number };

const chosenPromotion = signal<Promotion | null>(null);
/** Of one bet, paid by the player's own money. */
export const promotion = computed(() => {
  const isOneBet = lines.value.length === 1 || isMulti.value;
  return isOneBet && freeBet.value === null ? chosenPromotion.value : null;
});
const chosenEachWay = signal(false);
/** Each way: of one bet, paid by the player's own money, without a promotion. */
export const isEachWay = computed(() => {
  const isOneBet = lines.value.length === 1 || isMulti.value;
  return isOneBet && freeBet.value === null && promotion.value === null && chosenEachWay.value;
});
/** What the bet costs in all: each way the stake is staked twice, to win and for the places. */
export const totalStake = computed(() => {
  const amount = stake.value;
  return amount === null || !isEachWay.value ? amount : mulRatio(amount, 2n, 1n, "down");
});

/** The places as the newest quote said them. */
export const quotedPlaces = signal<Quote["each_way_terms"]>(null);
/** The place terms that the page shows, one for each selection or none at all: the bet is placed on these or not. */
export const placesShown = computed(() => {
  const shown = lines.value.flatMap((line) => {
    const place = quotedPlaces.value?.find(({ selection_id }) => selection_id === line.selectionId);
    return place === undefined ? [] : [{ line, place }];
  });
  return shown.length === lines.value.length && freeBet.value === null ? shown : [];
});

/** True while a bet is each way on terms that the page does not show yet. */
export const placesAreMissing = computed(() => isEachWay.value && placesShown.value.length === 0);

export function chooseEachWay(isOn: boolean): void {
  if (isOn) choosePromotion(null);
  chosenEachWay.value = isOn;
  placing.value = { state: "editing", trouble: null };
}

/** The insured odds that the page shows: the bet is placed at these or better. */
export const seenInsuredOdds = signal<number | null>(null);

export function choosePromotion(choice: Promotion | null): void {
  chosenPromotion.value = choice;
  if (choice !== null) chosenEachWay.value = false;
  seenInsuredOdds.value = null;
  placing.value = { state: "editing", trouble: null };
}

export function isSamePromotion(one: Promotion, other: Promotion): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The code that the slip was loaded from. */
export const bookingCode = signal<string | null>(null);

export const wantsConsent = computed(() => slip.needsConsent(lines.value, policy.value));
export const hasSuspended = computed(() => lines.value.some((line) => line.now.status !== "active"));

function newer(shown: slip.Price | null, selection: slip.SlipSelection): slip.Price | null {
  const told = toldPrices.value.get(selection.selectionId);
  if (told === undefined) return shown;
  return shown !== null && shown.priceVersion >= told.priceVersion ? shown : told;
}

export function toggle(picked: slip.SlipSelection): void {
  if (placing.value.state === "placing") return;
  selections.value = slip.toggled(selections.value, picked, SLIP_SELECTIONS_MAX);
  placing.value = { state: "editing", trouble: null };
}

export function remove(selectionId: string): void {
  selections.value = selections.value.filter((one) => one.selectionId !== selectionId);
  placing.value = { state: "editing", trouble: null };
}

/** Takes the prices of now and places: what one tap on the highlighted button means. */
export async function place(): Promise<void> {
  const amount = totalStake.value;
  if (amount === null || placing.value.state === "placing") return;
  const accepted = wantsConsent.value ? slip.withPricesOfNow(lines.value) : selections.value;
  selections.value = accepted;
  placing.value = { state: "placing" };
  const groups = isMulti.value ? [accepted] : accepted.map((one) => [one]);
  const bets: SlipBet[] = [];
  try {
    for (const group of groups) {
      bets.push(await placeOne(group, toMajor(amount)));
      // A bet that is placed leaves the slip at once, so that a later refusal can't place it again.
      selections.value = selections.value.filter((one) => !group.includes(one));
    }
    choosePromotion(null);
    chosenEachWay.value = false;
    placing.value = { state: "placed", bets };
  } catch (error) {
    takeRefusal(error);
  } finally {
    Promise.all([refreshWallet(), refreshPromotions()]).catch(sayTrouble);
  }
}

/** One bet as `POST /bets` and its quote take it; `amount` in major units. */
export function slipBody(group: readonly slip.SlipSelection[], amount: number) {
  return {
    bet_type: group.length > 1 ? "MULTI" : "SINGLE",
    stake: amount,
    odds_policy: policy.value,
    ...(freeBet.value === null ? {} : { free_bet_id: freeBet.value.free_bet_id }),
    ...promotionFields(promotion.value),
    ...(isEachWay.value ? { each_way: true } : {}),
    ...(bookingCode.value === null ? {} : { booking_code: bookingCode.value }),
    selections: group.map((one) => ({ selection_id: one.selectionId, odds: one.taken.odds, price_version: one.taken.priceVersion })),
  };
}

/** The places that the page shows, for the selections of a bet each way. */
function withSeenPlaces<T extends { readonly selection_id: string }>(picked: readonly T[]): readonly object[] {
  if (!isEachWay.value) return picked;
  const seen = new Map(placesShown.value.map(({ place: { selection_id, places, fraction } }) => [selection_id, { places, fraction }]));
  return picked.map((one) => ({ ...one, place: seen.get(one.selection_id) }));
}

function promotionFields(chosen: Promotion | null): object {
  if (chosen === null) return {};
  return "cuts" in chosen ? { insurance: { cuts: chosen.cuts } } : chosen;
}

/** The bet as it is placed: insurance at the odds that the page shows, places on its terms. */
function betBody(group: readonly slip.SlipSelection[], amount: number): object {
  const [chosen, odds] = [promotion.value, seenInsuredOdds.value];
  const slipped = slipBody(group, amount);
  const body = { ...slipped, selections: withSeenPlaces(slipped.selections) };
  return chosen !== null && "cuts" in chosen && odds !== null ? { ...body, insurance: { cuts: chosen.cuts, odds } } : body;
}

async function placeOne(group: readonly slip.SlipSelection[], amount: number): Promise<SlipBet> {
  const body = betBody(group, amount);
  const name = `bet.${group.map((one) => one.selectionId).join("+")}`;
  return slipBet(await attempt(name, body, (key) => call<PlacedBet>("POST", "/api/v1/bets", { body, key })));
}

function slipBet(bet: PlacedBet | SlipBet): SlipBet {
  return "decides_at" in bet ? bet : { ...bet, decides_at: null, offer: null, refusal: null };
}

/** Reads again those bets of the slip that are not decided. */
export async function refreshPlaced(): Promise<void> {
  const shown = placing.value;
  if (shown.state !== "placed") return;
  const waiting = shown.bets.filter(isUndecided);
  if (waiting.length === 0) return;
  const read = await Promise.all(waiting.map((bet) => call<SlipBet>("GET", `/api/v1/bets/${bet.bet_id}`)));
  takeBets(read);
}

/** Answers a bet's offer; what is accepted is checked once more. */
export async function answerOffer(bet: SlipBet, accept: boolean): Promise<void> {
  const body = { accept, offer: bet.offer?.offer };
  const answered = await attempt(`offer.${bet.bet_id}`, body, (key) =>
    call<PlacedBet>("POST", `/api/v1/bets/${bet.bet_id}/offer`, { body, key }),
  );
  takeBets([slipBet(answered)]);
  await refreshWallet();
}

/** True while the bet may still be placed. */
export function isUndecided(bet: Pick<SlipBet, "status">): boolean {
  return bet.status === "DELAYED" || bet.status === "OFFERED";
}

function takeBets(read: readonly SlipBet[]): void {
  const shown = placing.value;
  if (shown.state !== "placed") return;
  const news = new Map(read.map((bet) => [bet.bet_id, bet]));
  placing.value = { state: "placed", bets: shown.bets.map((bet) => news.get(bet.bet_id) ?? bet) };
}

/** A refusal names prices and states that the channel may not have shown yet. */
function takeRefusal(error: unknown): void {
  if (error instanceof ApiError) {
    // Taken back, so that the slip is quoted anew: the player looks at the terms of now before choosing again.
    if (error.code === "EACH_WAY_REFUSED") chosenEachWay.value = false;
    const told = new Map(toldPrices.value);
    for (const [selectionId, price] of toldBy(error)) told.set(selectionId, price);
    toldPrices.value = told;
  }
  placing.value = { state: "editing", trouble: error instanceof Error ? error : new Error(String(error)) };
}

function toldBy(error: ApiError): readonly (readonly [selectionId: string, price: slip.Price])[] {
  if (error.code === "ODDS_CHANGED") {
    const changes = (error.details.changes ?? []) as readonly { selection_id: string; new_odds: number; price_version: number }[];
    return changes.map((one) => [one.selection_id, { odds: one.new_odds, priceVersion: one.price_version, status: "active" }]);
  }
  if (error.code !== "MARKET_CLOSED") return [];
  const closed = (error.details.selections ?? []) as readonly string[];
  return selections.value
    .filter((one) => closed.includes(one.selectionId))
    .map((one) => [one.selectionId, { ...one.taken, status: "closed" }]);
}

export function startSlip(): void {
  effect(() => {
    slipShowsPrices.value = selections.value.length > 0;
    writeStored(STORAGE_NAME, { selections: selections.value, stake: stakeText.value, policy: policy.value } satisfies StoredSlip);
  });
}
