/**
 * Decides a cash-out order that is due: its bet is priced by the prices of now, and the wallet is told what they say. Matches of a rule
 * are told what to watch in the same call that asks for their prices, so a rule is watched as long as somebody looks at it.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import type { AcceptanceMessage } from "../../../shared/protocol/queue/messages.ts";
import type { CashOutOrderView, CashOutToDecide } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import type { Env } from "../../env.ts";
import { cashOutAmount, type OpenFixtures, openFixtures, watchedChannel, watchesOf } from "./cash-out-offer.ts";

type OrderMessage = AcceptanceMessage & { readonly cashOutOrderId: string };

/** Decides the order if it still stands. Throws when the answer of an object is lost: the wallet asks again. Idempotent. */
export async function decideCashOut(env: Env, { country, walletId, cashOutOrderId: orderId }: OrderMessage): Promise<void> {
  if (!walletId.startsWith(`${country}:`)) return log("error", "cash_out_across_countries", { walletId, country, orderId });
  const wallet = env.WALLET.getByName(walletId);
  const due = await wallet.cashOutToDecide(orderId);
  if (due === null) return;
  const { order, bet } = due;
  const fixtures = order.kind === "rule" ? await watchedFixtures(env, country, walletId, due) : await openFixtures(env, country, bet);
  const priced = cashOutAmount(country, bet, order.percent, fixtures);
  // A rule that is not reached stays as it is: the wallet need not hear of it.
  if (order.kind === "rule" && (!priced.ok || priced.value.amountMinor < order.leastMinor)) return;
  const verdict = priced.ok ? ({ verdict: "priced", ...priced.value } as const) : ({ verdict: "none", ...priced.error } as const);
  const reply = await wallet.decideCashOut({ orderId, verdict });
  if (!reply.ok) log("warn", "cash_out_not_decided", { walletId, orderId, reason: reply.error.reason });
}

async function watchedFixtures(
  env: Env,
  country: Country,
  walletId: string,
  { order, bet }: CashOutToDecide & { readonly order: CashOutOrderView },
): Promise<OpenFixtures> {
  const { betId, orderId } = order;
  const untilMs = Date.now() + sportsRulesOf(country).cashOut.rule.watchMs;
  const watches = [...watchesOf(country, bet, order)];
  return new Map(
    await Promise.all(
      watches.map(async ([fixtureId, selections]) => {
        const watch = { walletId, betId, orderId, selections, untilMs };
        return [fixtureId, await watchedChannel(env, country, fixtureId).watchCashOut(watch)] as const;
      }),
    ),
  );
}
