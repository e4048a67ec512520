/** Bets through the real verb: priced by the channels, taken by the wallet, settled by the queue. */
import { minor } from "../../shared/money/minor.ts";
import { isHeld } from "../../shared/protocol/rpc/wallet-acceptance.ts";
import { placeBet } from "../../workers/services/bets/place-bet.ts";
import { answered } from "./answered.ts";
import { demand } from "./failure.ts";
import { type Fixture, selectionsOf } from "./fixtures.ts";
import type { Player } from "./player.ts";
import { watchHeld } from "./waiting.ts";

type Kind = "SINGLE" | "MULTI" | "SYSTEM";

/** A token that pays the stake. */
interface Token {
  readonly freeBetId: string;
  readonly amountMinor: number;
}

/** Places one bet, and repeats the request until it is known whether it stands; true when it does. */
export async function bet(player: Player, token: Token | null = null): Promise<boolean> {
  const { prng, around, audit } = player;
  const own = slipOf(player, token === null ? ["SINGLE", "MULTI", "SYSTEM"] : ["SINGLE", "MULTI"]);
  if (own === null) return false;
  const slip = token === null ? own : { ...own, stake: minor(token.amountMinor), free_bet_id: token.freeBetId };
  const key = player.newKey("bet");
  const repeats = prng.chance(0.1) ? 2 : 1;
  let answer: string | null = null;
  for (let done = 0; done < repeats; done += 1) {
    if (done > 0) await player.sleep(prng.between(0, 120_000));
    const reply = await answered(player, `bet ${key}`, (ctx) => placeBet(ctx, { slip, idempotencyKey: key }));
    around.world.reached(reply.ok ? `${token === null ? "bet" : "free-bet"}:${slip.bet_type}` : `bet:${reply.error.code}`);
    if (reply.ok) {
      const { betId, stakeMinor } = reply.value.bet;
      audit.definite += 1;
      if (isHeld(reply.value.bet) && done === 0) {
        audit.held.set(betId, { stakeMinor: slip.stake, isFree: token !== null });
        around.world.reached("bet-held");
        void watchHeld(player, betId);
      }
      if (!audit.held.has(betId)) {
        demand(stakeMinor === slip.stake, () => `${audit.walletId}: bet ${betId} has another stake`);
        if (token !== null) audit.free.add(betId);
        else if (!audit.bets.has(betId)) audit.cashMinor -= stakeMinor;
        audit.bets.set(betId, stakeMinor);
      }
    }
    const text = reply.ok ? `bet ${reply.value.bet.betId}` : "refused";
    demand(answer === null || answer === text, () => `${audit.walletId}: ${key} was answered ${answer ?? ""}, then ${text}`);
    answer = text;
  }
  return answer !== "refused";
}

/** A slip of fixtures that may be bet on; null when there are none. */
export function slipOf(player: Player, kinds: readonly Kind[] = ["SINGLE", "MULTI", "SYSTEM"]) {
  const { prng, around, tenant } = player;
  const fixtures = prng.shuffle([...around.board.open]);
  if (fixtures.length === 0) return null;
  const kind: Kind =
    fixtures.length < 2
      ? "SINGLE"
      : prng.weighted<Kind>([
          [6, "SINGLE"],
          [3, "MULTI"],
          [fixtures.length > 2 && kinds.includes("SYSTEM") ? 2 : 0, "SYSTEM"],
        ]);
  const count = kind === "SINGLE" ? 1 : kind === "MULTI" ? 2 : 3;
  const isUnknown = prng.chance(0.01);
  return {
    bet_type: kind,
    selections: fixtures.slice(0, count).map((fixture) => selectionOf(player, fixture, isUnknown)),
    stake: minor(tenant.stake.minMinor * prng.between(1, 8)),
    system_sizes: kind === "SYSTEM" ? [2] : [],
    odds_policy: prng.pick(["any", "any", "higher", "none"] as const),
  };
}

function selectionOf({ prng }: Player, fixture: Fixture, isUnknown: boolean) {
  const selectionId = isUnknown ? `${fixture.fixtureId}:1x2:nobody` : prng.pick(selectionsOf(fixture));
  return { named: { by: "id" as const, selectionId }, oddsThousandths: fixture.odds as never, priceVersion: null, isBanker: false };
}
