/**
 * One hash over everything that a command may change, but for the keys it was given: two wallets of one hash are equal.
 *
 * Read and hashed in pieces, because a wallet may have more bets than memory holds.
 */
import { type Canonical, canonical } from "../../shared/kernel/canonical.ts";
import { RunningSha256 } from "../platform/hash.ts";
import { ExportStore } from "./export-store.ts";
import type { Profile } from "./profile-store.ts";
import type { WalletStores } from "./wallet-stores.ts";

/** Hashes an open wallet's state; writes nothing. */
export function stateHash(wallet: WalletStores, profile: Profile): string {
  const hash = new RunningSha256();
  // One object's canonical text: its members in the order of their names.
  hash.add(`{"accounts":${canonical(accountsOf(wallet))},"bets":`);
  addList(hash, betsOf(wallet));
  hash.add(`,"bonuses":${canonical(bonusesOf(wallet))}${boostsOf(wallet)},"cash_out_orders":`);
  addList(hash, cashOutOrdersOf(wallet));
  hash.add(`,"free_bets":${canonical(freeBetsOf(wallet))},"head":${canonical({ ...wallet.journal.book().head })},"held_bets":`);
  addList(hash, heldBetsOf(wallet));
  hash.add(`,"holds":${canonical(holdsOf(wallet))},"payments":`);
  addList(hash, wallet.payments.states());
  hash.add(`,"player":${canonical(playerOf(wallet, profile))}}`);
  return hash.hex();
}

function addList(hash: RunningSha256, items: Iterable<Canonical>): void {
  let before = "[";
  for (const item of items) {
    hash.add(`${before}${canonical(item)}`);
    before = ",";
  }
  hash.add(before === "[" ? "[]" : "]");
}

function accountsOf(wallet: WalletStores): Canonical {
  return [...wallet.journal.book().accounts.values()]
    .map(({ code, postedMinor, heldMinor, floorMinor, frozen }) => [code, postedMinor, heldMinor, floorMinor, frozen])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

function* betsOf(wallet: WalletStores): Iterable<Canonical> {
  // Of bets that promotions pay nothing of, what hashes of before there were any say.
  for (const { betId, status, paidMinor, resultVersions, cashOuts, promotionMinor } of new ExportStore(wallet.sql).bets())
    yield [betId, status, paidMinor, resultVersions, cashOuts, ...(promotionMinor === 0 ? [] : [promotionMinor])];
}

function* cashOutOrdersOf(wallet: WalletStores): Iterable<Canonical> {
  for (const { orderId, betId, answer } of wallet.cashOutOrders.all()) yield [orderId, betId, answer?.isTaken ?? null];
}

function* heldBetsOf(wallet: WalletStores): Iterable<Canonical> {
  for (const { betId, state, round, decidesAtMs, endsAtMs } of wallet.pendingBets.all()) yield [betId, state, round, decidesAtMs, endsAtMs];
}

/** Of a wallet that was given no boost, what hashes of before there were any say: nothing. */
function boostsOf(wallet: WalletStores): string {
  const boosts = wallet.boosts.all();
  return boosts.length === 0 ? "" : `,"boosts":${canonical(boosts.map(({ grantId, usesLeft }) => [grantId, usesLeft]))}`;
}

function bonusesOf(wallet: WalletStores): Canonical {
  return wallet.bonuses.all().map(({ bonusId, state, wageredMinor, endsAtMs }) => [bonusId, state, wageredMinor, endsAtMs]);
}

function freeBetsOf(wallet: WalletStores): Canonical {
  return wallet.freeBets.all().map(({ freeBetId, betId, returnedAtMs }) => [freeBetId, betId, returnedAtMs]);
}

function holdsOf(wallet: WalletStores): Canonical {
  return wallet.holds
    .allOpen()
    .map(({ holdId, amountMinor, committedMinor, expiresAtMs, shares }) => [
      holdId,
      amountMinor,
      committedMinor,
      expiresAtMs,
      shares.map((share) => [share.account, share.amountMinor]),
    ]);
}

function playerOf(wallet: WalletStores, profile: Profile): Canonical {
  const limits = wallet.profiles.depositLimits();
  return {
    verified: profile.verified,
    exclusion: profile.exclusion === null ? null : [profile.exclusion.untilMs],
    frozen: profile.frozenReason,
    customerFactor: wallet.pendingBets.customerFactor(),
    limits: [limits.day, limits.week, limits.month].map(({ amountMinor, next }) => [
      amountMinor,
      next?.amountMinor ?? null,
      next?.atMs ?? null,
    ]),
  };
}
