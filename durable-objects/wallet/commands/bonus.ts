/**
 * Bonuses that are locked until they are wagered: offered, taken, given up, and ended when their time is over.
 *
 * The money is promotions' until the player takes the offer; then it waits on an account of its own that nothing spends, so that the
 * player's own money is never mixed with it. One bonus at a time is active.
 */
import { canonical } from "../../../shared/kernel/canonical.ts";
import { ALARM_ROWS_MAX } from "../../../shared/kernel/limits.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { DAY_MS } from "../../../shared/kernel/time.ts";
import { move } from "../../../shared/ledger/entry.ts";
import { fingerprint } from "../../../shared/ledger/fingerprint.ts";
import { minor, negate, ZERO } from "../../../shared/money/minor.ts";
import type { WalletRefusal, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { BonusView, GrantBonus, NamedBonus } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import { sha256Hex } from "../../platform/hash.ts";
import { type Bonus, lockedAccountOf, toBonusView } from "../bonus-store.ts";
import { checkNotExcluded, checkVerified, firstRefusal } from "../eligibility.ts";
import { callerKey, factKey } from "../idempotency-store.ts";
import { type CommandScope, type Moment, runCommand, runOnState } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { checkMovements } from "./manual.ts";

/**
 * Offers a bonus (minor units), or starts it at once where `offerDays` is null. Refuses, in this order: `not_verified`, `self_excluded`
 * (nobody is drawn back to play), `not_found` for a deposit that is not here, `bonus_refused` (the deposit is not credited or was
 * matched; another bonus is active), and `account_frozen` and `insufficient_funds` of promotions. Idempotent by key.
 */
export function grantBonus(wallet: WalletStores, command: GrantBonus, moment: Moment): WalletReply<BonusView> {
  const { key, bonusId, campaignId, depositId, terms, days, offerDays, reason } = command;
  const amountMinor = minor(command.amountMinor);
  const requiredMinor = minor(command.requiredMinor);
  const fields = { bonusId, campaignId, depositId, amountMinor, requiredMinor, terms, days, offerDays, reason };
  const spec = { name: "grant_bonus", key: callerKey(key), fingerprint: fingerprint("grant_bonus", fields, sha256Hex) };
  return runCommand(wallet, moment, spec, (scope) => {
    // A key that was forgotten made this grant long ago: it can't make another.
    if (wallet.bonuses.find(bonusId) !== null) return err({ reason: "idempotency_key_reused" });
    const refusal = firstRefusal(
      () => checkVerified(scope, "bet"),
      () => checkNotExcluded(scope),
      () => checkDeposit(wallet, depositId),
      () => (offerDays === null ? checkStart(wallet, { bonusId, amountMinor }, moment) : ok(null)),
    );
    if (refusal !== null) return refusal;

    // From here it must succeed.
    const termsText = canonical(terms);
    const endsAtMs = moment.nowMs + (offerDays ?? days) * DAY_MS;
    const facts = { campaignId, depositId, amountMinor, requiredMinor, endsAtMs, reason, terms: sha256Hex(termsText) };
    const { seq } = scope.post({ kind: "BONUS_OFFERED", ref: bonusId, refType: "promotion", facts });
    const bonus: Bonus = {
      ...{ seq, bonusId, campaignId, depositId, amountMinor, requiredMinor, wageredMinor: ZERO, terms, days, state: "OFFERED" },
      ...{ offeredAtMs: moment.nowMs, startedAtMs: null, endsAtMs, endedAtMs: null },
    };
    wallet.bonuses.add(bonus, termsText);
    return ok(toBonusView(offerDays === null ? started(wallet, bonus, scope) : bonus, moment.nowMs));
  });
}

/**
 * Takes an offer: from now on bets count. Refuses, in this order: `not_verified`, `self_excluded`, `not_found`, `bonus_refused` (it has
 * ended; another one is active), and `account_frozen` and `insufficient_funds` of promotions. Idempotent: an active bonus stays active.
 */
export function acceptBonus(wallet: WalletStores, { bonusId }: NamedBonus, moment: Moment): WalletReply<BonusView> {
  const spec = { name: "accept_bonus", key: factKey(`bonus:${bonusId}:start`), fingerprint: "" };
  return runOnState<BonusView>(wallet, moment, spec, (scope) => {
    const bonus = wallet.bonuses.find(bonusId);
    if (bonus !== null && isOpen(bonus, moment) && bonus.state === "ACTIVE")
      return ok({ value: toBonusView(bonus, moment.nowMs), replayed: true });
    const refusal = firstRefusal(
      () => checkVerified(scope, "bet"),
      () => checkNotExcluded(scope),
    );
    if (refusal !== null) return refusal;
    if (bonus === null) return err({ reason: "not_found" });
    if (!isOpen(bonus, moment)) return err({ reason: "bonus_refused", why: "ended" });
    const start = checkStart(wallet, bonus, moment);
    if (!start.ok) return start;

    // From here it must succeed.
    return ok({ value: toBonusView(started(wallet, bonus, scope), moment.nowMs), replayed: false });
  });
}

/** Gives an offer or a bonus up. Refuses `not_found`, and `bonus_refused` for one that has ended otherwise. Idempotent. */
export function giveUpBonus(wallet: WalletStores, { bonusId }: NamedBonus, moment: Moment): WalletReply<BonusView> {
  const spec = { name: "give_up_bonus", key: endKey(bonusId), fingerprint: "" };
  return runOnState<BonusView>(wallet, moment, spec, (scope) => {
    const bonus = wallet.bonuses.find(bonusId);
    if (bonus === null) return err({ reason: "not_found" });
    if (bonus.state === "FORFEITED") return ok({ value: toBonusView(bonus, moment.nowMs), replayed: true });
    if (!isOpen(bonus, moment)) return err({ reason: "bonus_refused", why: "ended" });

    // From here it must succeed.
    return ok({ value: toBonusView(endBonus(wallet, bonus, "FORFEITED", "given_up", scope), moment.nowMs), replayed: false });
  });
}

/** Ends offers and bonuses whose time is over: a bounded number; says how many. Idempotent. */
export function expireBonuses(wallet: WalletStores, moment: Moment): number {
  let ended = 0;
  for (const { bonusId } of wallet.bonuses.due(moment.nowMs, ALARM_ROWS_MAX)) {
    const spec = { name: "expire_bonus", key: endKey(bonusId), fingerprint: "" };
    const reply = runOnState(wallet, moment, spec, (scope) => {
      const bonus = wallet.bonuses.find(bonusId);
      const isDue = bonus !== null && (bonus.state === "OFFERED" || bonus.state === "ACTIVE") && bonus.endsAtMs <= moment.nowMs;
      if (isDue) endBonus(wallet, bonus, "EXPIRED", "time", scope);
      return ok({ value: null, replayed: !isDue });
    });
    if (reply.ok) ended += 1;
  }
  return ended;
}

type EndCause = "time" | "given_up" | "withdrawal";

/** Ends an offer or a bonus; what is locked goes back to promotions. */
export function endBonus(
  wallet: WalletStores,
  bonus: Bonus,
  state: "EXPIRED" | "FORFEITED",
  cause: EndCause,
  { post, moment }: CommandScope,
): Bonus {
  const { bonusId, amountMinor } = bonus;
  const isLocked = bonus.state === "ACTIVE";
  const postings = isLocked ? [move(lockedAccountOf(bonusId), negate(amountMinor)), move("promo:cost", amountMinor)] : [];
  post({ kind: "BONUS_ENDED", key: endKey(bonusId), ref: bonusId, refType: "promotion", postings, facts: { cause } });
  const ended: Bonus = { ...bonus, state, endedAtMs: moment.nowMs };
  wallet.bonuses.save(ended);
  return ended;
}

/** The key of the entry that ends a bonus, whatever ends it. */
export function endKey(bonusId: string) {
  return factKey(`bonus:${bonusId}:end`);
}

/** True while an offer can be taken or a bonus wagered. */
export function isOpen({ state, endsAtMs }: Pick<Bonus, "state" | "endsAtMs">, { nowMs }: Moment): boolean {
  return (state === "OFFERED" || state === "ACTIVE") && nowMs < endsAtMs;
}

function started(wallet: WalletStores, bonus: Bonus, scope: CommandScope): Bonus {
  const { moment } = scope;
  // Its time is over, or `checkStart` would have refused.
  const before = wallet.bonuses.active();
  if (before !== null) endBonus(wallet, before, "EXPIRED", "time", scope);
  const { bonusId, amountMinor } = bonus;
  const key = factKey(`bonus:${bonusId}:start`);
  const postings = [move(lockedAccountOf(bonusId), amountMinor), move("promo:cost", negate(amountMinor))];
  scope.post({ kind: "BONUS_STARTED", key, ref: bonusId, refType: "promotion", postings });
  const active: Bonus = { ...bonus, state: "ACTIVE", startedAtMs: moment.nowMs, endsAtMs: moment.nowMs + bonus.days * DAY_MS };
  wallet.bonuses.save(active);
  return active;
}

function checkDeposit(wallet: WalletStores, depositId: string | null): Result<null, WalletRefusal> {
  if (depositId === null) return ok(null);
  const deposit = wallet.payments.deposit(depositId);
  if (deposit === null) return err({ reason: "not_found" });
  const isFree = deposit.state === "credited" && !wallet.bonuses.isMatched(depositId);
  return isFree ? ok(null) : err({ reason: "bonus_refused", why: "deposit" });
}

function checkStart(wallet: WalletStores, bonus: Pick<Bonus, "bonusId" | "amountMinor">, moment: Moment): Result<null, WalletRefusal> {
  const active = wallet.bonuses.active();
  if (active !== null && isOpen(active, moment)) return err({ reason: "bonus_refused", why: "another" });
  return checkMovements(wallet.journal.book(), [move("promo:cost", negate(bonus.amountMinor))]) ?? ok(null);
}
