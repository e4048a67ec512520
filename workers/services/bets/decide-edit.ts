/** Decides an edit whose delay is over: the old bet is valued and the new one priced again, and the wallet is told what they say. */
import { log } from "../../../durable-objects/platform/log.ts";
import { scoreChanges } from "../../../shared/betting/acceptance.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { AcceptanceMessage } from "../../../shared/protocol/queue/messages.ts";
import type { EditToDecide, EditVerdict } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import type { Env } from "../../env.ts";
import { openFixtures } from "./cash-out-offer.ts";
import { askedAgain, refusedBy } from "./decide-held-bet.ts";
import { betValue } from "./edit-worth.ts";
import { askFixtures } from "./fixture-channels.ts";

type EditMessage = AcceptanceMessage & { readonly editRequestId: string };

/** Decides the edit if it still waits. Throws when the answer of an object is lost: the wallet asks again. Idempotent. */
export async function decideEdit(env: Env, { country, walletId, editRequestId: requestId }: EditMessage): Promise<void> {
  if (!walletId.startsWith(`${country}:`)) return log("error", "edit_across_countries", { walletId, country, requestId });
  const wallet = env.WALLET.getByName(walletId);
  const due = (await wallet.editToDecide(requestId)) as EditToDecide | null;
  if (due === null) return;
  const reply = await wallet.decideEdit({ requestId, verdict: await verdictOf(env, country, walletId, due) });
  if (!reply.ok) log("warn", "edit_not_decided", { walletId, requestId, reason: reply.error.reason });
}

async function verdictOf(env: Env, country: Country, walletId: string, { terms, parent }: EditToDecide): Promise<EditVerdict> {
  const { betId, stakeMinor, selections: asked } = terms;
  const [fixtures, prices] = await Promise.all([
    openFixtures(env, country, parent),
    askFixtures(env, { country, betId, walletId, stakeMinor }, asked.map(askedAgain)),
  ]);
  const value = betValue(country, parent, { fixtures, stakeMinor: minor(stakeMinor), nowMs: unixMs(Date.now()) });
  if (!value.ok) return refusedBy(value.error);
  if (!prices.ok) return refusedBy(prices.error);
  const { selections, stakeMaxMinor } = prices.value;
  const moved = scoreChanges(asked, selections, sportsRulesOf(country).acceptance);
  if (moved.length > 0) return refusedBy({ code: "SCORE_CHANGED", details: { selections: moved } });
  const { stateVersion, valueMinor } = value.value;
  return { verdict: "priced", stateVersion, valueMinor, selections, stakeMaxMinor };
}
