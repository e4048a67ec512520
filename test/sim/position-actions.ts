/**
 * What players do with bets that stand: offers taken whole and in parts, rules that take them by themselves, edits; and what the house
 * gives them: free bets and bonuses. Through the real verbs where there is one; the house's gifts are commands of the wallet.
 */
import { sha256Bytes } from "../../durable-objects/platform/hash.ts";
import { idFromDigest } from "../../shared/kernel/ids.ts";
import { minor } from "../../shared/money/minor.ts";
import type { BetView, Page } from "../../shared/protocol/rpc/wallet.ts";
import { readCashOut, takeCashOut } from "../../workers/services/bets/cash-out.ts";
import { removeCashOutRule, setCashOutRule } from "../../workers/services/bets/cash-out-rule.ts";
import { confirmEdit, quoteEdit } from "../../workers/services/bets/edit-bet.ts";
import type { ServiceContext, ServiceResult } from "../../workers/services/context.ts";
import { answered } from "./answered.ts";
import { bet, slipOf } from "./bet-actions.ts";
import { demand } from "./failure.ts";
import type { Action } from "./money-actions.ts";
import type { Player } from "./player.ts";

/** What is asked for is asked for again with this chance, as a phone does that lost the answer. */
const REPEAT_CHANCE = 0.15;

async function cashOut(player: Player): Promise<void> {
  const { prng, country } = player;
  const open = await openBetOf(player);
  if (open === null) return;
  const percent = prng.pick([100, 100, 60, 25]);
  const state = await answered(player, "offer", (ctx) => readCashOut(ctx, open.betId, percent));
  if (!state.ok || state.value.offer === null) return noteRefusal(player, "cash-out", state.ok ? state.value.reason : state.error.code);
  const { offer } = state.value;
  await player.sleep(prng.between(0, 12_000));
  const key = prng.chance(0.8) ? player.newKey("cash-out") : null;
  const policy = prng.pick(["exact", "better"] as const);
  const request = { offer_id: offer.offer_id, amount: minor(Math.round(offer.amount * 100)), fraction: percent / 100, policy };
  const taken = await repeated(player, `cash-out ${country}`, (ctx) =>
    takeCashOut(ctx, { betId: open.betId, request, idempotencyKey: key }),
  );
  if (!taken.ok) return noteRefusal(player, "cash-out", taken.error.code);
  if (taken.value.isWaiting || "request_id" in taken.value.body) {
    player.around.world.reached("cash-out-waits");
    return void player.audit.askedOut.add(open.betId);
  }
  const { bet_id, net_amount, remaining_stake } = taken.value.body;
  player.around.world.reached(remaining_stake === 0 ? "cash-out-whole" : "cash-out-part");
  const { cashedOut } = player.audit;
  cashedOut.set(bet_id, [...(cashedOut.get(bet_id) ?? []), Math.round(net_amount * 100)]);
}

async function rule(player: Player): Promise<void> {
  const { prng } = player;
  const open = await openBetOf(player);
  if (open === null) return;
  const amount = minor(Math.floor((open.openStakeMinor * prng.between(50, 130)) / 100));
  player.audit.ruled.add(open.betId);
  const set = await answered(player, "rule", (ctx) => setCashOutRule(ctx, open.betId, { amount, percent: prng.chance(0.7) ? 100 : 50 }));
  if (!set.ok) return noteRefusal(player, "rule", set.error.code);
  player.around.world.reached("rule");
  if (!prng.chance(0.3)) return;
  await player.sleep(prng.between(0, 60_000));
  const removed = await answered(player, "no rule", (ctx) => removeCashOutRule(ctx, open.betId));
  if (removed.ok) player.around.world.reached("rule-removed");
}

async function edit(player: Player): Promise<void> {
  const { prng, audit } = player;
  const open = await openBetOf(player);
  const slip = open === null ? null : slipOf(player);
  if (open === null || slip === null) return;
  const { bet_type, selections, system_sizes, odds_policy } = slip;
  const added = prng.chance(0.4) ? { stake: minor(slip.stake) } : {};
  const request = { bet_type, selections, system_sizes, odds_policy, ...added };
  const quote = await answered(player, "quote", (ctx) => quoteEdit(ctx, open.betId, request));
  if (!quote.ok) return noteRefusal(player, "edit", quote.error.code);
  await player.sleep(prng.between(0, 12_000));
  const key = player.newKey("edit");
  const confirmed = await repeated(player, `edit ${key}`, (ctx) =>
    confirmEdit(ctx, { betId: open.betId, request: { ...request, edit_id: quote.value.edit_id }, idempotencyKey: key }),
  );
  if (!confirmed.ok) return noteRefusal(player, "edit", confirmed.error.code);
  const { body } = confirmed.value;
  if (!("bet" in body)) {
    player.around.world.reached("edit-waits");
    return void audit.askedEdits.set(body.request_id, open.betId);
  }
  player.around.world.reached("edit");
  const stakeMinor = Math.round(body.stake * 100);
  audit.bets.set(body.bet.bet_id, stakeMinor);
  audit.cashMinor -= stakeMinor;
  audit.edited.set(open.betId, body.bet.bet_id);
}

/** A token of the house, staked until it is taken or gone. */
async function freeBet(player: Player): Promise<void> {
  const { prng, tenant, wallet } = player;
  const key = player.newKey("freeBet");
  const freeBetId = idFromDigest("fbt", sha256Bytes(`${player.audit.walletId} ${key}`));
  const amountMinor = tenant.stake.minMinor * prng.between(1, 5);
  const terms = { kinds: ["SINGLE", "MULTI"] as const, selectionsMin: 1, oddsMinThousandths: 1_200, sports: null, returnedDays: 2 };
  const command = { key, freeBetId, campaignId: "sim", amountMinor, terms, days: 7, reason: "sim" };
  const granted = await player.ask({
    key,
    memory: "always",
    send: () => wallet.grantFreeBet(command),
    sendOther: () => wallet.grantFreeBet({ ...command, amountMinor: amountMinor + 100 }),
  });
  for (let attempts = 0; granted.ok && attempts < 4; attempts += 1) {
    await player.sleep(prng.between(100, 40_000));
    if (await bet(player, { freeBetId, amountMinor })) return;
  }
}

/** A bonus that bets turn into cash, or that ends without. What became cash is read at the end. */
async function lockedBonus(player: Player): Promise<void> {
  const { prng, tenant, wallet } = player;
  const key = player.newKey("grantBonus");
  const bonusId = idFromDigest("bon", sha256Bytes(`${player.audit.walletId} ${key}`));
  const amountMinor = tenant.stake.minMinor * prng.between(1, 10);
  const everyBet = { weightPercent: 100, oddsMinThousandths: 1_100, totalOddsMinThousandths: 1_200 };
  const terms = {
    times: 1,
    base: "bonus" as const,
    counts: [
      { kind: "SINGLE" as const, ...everyBet },
      { kind: "MULTI" as const, ...everyBet },
    ],
    convertedMaxMinor: prng.chance(0.3) ? tenant.stake.minMinor * 2 : null,
    endsOnWithdrawal: prng.chance(0.3),
  };
  const isAsked = prng.chance(0.4);
  const command = {
    ...{ key, bonusId, campaignId: "sim", depositId: null, amountMinor, requiredMinor: amountMinor, terms },
    ...{ days: 3, offerDays: isAsked ? null : 2, reason: "sim" },
  };
  const granted = await player.ask({
    key,
    memory: "always",
    send: () => wallet.grantBonus(command),
    sendOther: () => wallet.grantBonus({ ...command, amountMinor: amountMinor + 100 }),
  });
  if (!granted.ok) return;
  if (!isAsked) {
    await player.sleep(prng.between(100, 60_000));
    await player.ask({ key: player.newKey("acceptBonus"), memory: "state", send: () => wallet.acceptBonus({ bonusId }) });
  }
  await player.sleep(prng.between(10_000, 600_000));
  if (prng.chance(0.3))
    await player.ask({ key: player.newKey("giveUpBonus"), memory: "state", send: () => wallet.giveUpBonus({ bonusId }) });
}

/** One of the player's bets that still plays; null without one, and when the wallet doesn't answer now. */
async function openBetOf({ wallet, prng }: Player): Promise<BetView | null> {
  try {
    const page = (await wallet.bets({ status: "PENDING", limit: 20, offset: 0 })) as Page<BetView>;
    return page.rows.length === 0 ? null : prng.pick(page.rows);
  } catch (error) {
    if (!(error instanceof Error) || !("retryable" in error)) throw error;
    return null;
  }
}

/** Asks once, and sometimes again: what was taken stays taken, with the same words. */
async function repeated<T>(
  player: Player,
  name: string,
  verb: (ctx: ServiceContext) => Promise<ServiceResult<T>>,
): Promise<ServiceResult<T>> {
  const first = await answered(player, name, verb);
  if (!player.prng.chance(REPEAT_CHANCE)) return first;
  await player.sleep(player.prng.between(0, 60_000));
  const again = await answered(player, name, verb);
  // What waited is told as it stands.
  if (!first.ok || ("isWaiting" in (first.value as object) && (first.value as { isWaiting: boolean }).isWaiting))
    return first.ok ? first : again;
  const [was, is] = [first, again].map((reply) => wordsOf(reply));
  demand(was === is, () => `${player.audit.walletId}: ${name} was answered ${was ?? ""}, then ${is ?? ""}`);
  player.around.world.reached("position-repeated");
  return first;
}

function wordsOf<T>(reply: ServiceResult<T>): string {
  return JSON.stringify(reply, (name, value: unknown) => (name === "replayed" ? undefined : value));
}

function noteRefusal(player: Player, verb: string, why: string | null): void {
  player.around.world.reached(`${verb}:${why ?? "closed"}`);
}

/** By weight. */
export const POSITION_ACTIONS: readonly (readonly [number, Action])[] = [
  [8, cashOut],
  [3, rule],
  [4, edit],
  [3, freeBet],
  [3, lockedBonus],
];
