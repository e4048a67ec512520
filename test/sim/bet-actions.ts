/** Bets through the real verb: priced by the channels, taken by the wallet, settled by the queue. */
import type { UserId } from "../../shared/kernel/ids.ts";
import { minor } from "../../shared/money/minor.ts";
import { placeBet } from "../../workers/services/bets/place-bet.ts";
import { demand } from "./failure.ts";
import { type Fixture, selectionsOf } from "./fixtures.ts";
import type { Player } from "./player.ts";

type Kind = "SINGLE" | "MULTI" | "SYSTEM";

/** Places one bet, and repeats the request until it is known whether it stands. */
export async function bet(player: Player): Promise<void> {
  const { prng, around, country } = player;
  const fixtures = prng.shuffle([...around.board.open]);
  if (fixtures.length === 0) return;
  const kind: Kind =
    fixtures.length < 2
      ? "SINGLE"
      : prng.weighted<Kind>([
          [6, "SINGLE"],
          [3, "MULTI"],
          [fixtures.length > 2 ? 2 : 0, "SYSTEM"],
        ]);
  const count = kind === "SINGLE" ? 1 : kind === "MULTI" ? 2 : 3;
  const isUnknown = prng.chance(0.01);
  const selections = fixtures.slice(0, count).map((fixture) => selectionOf(player, fixture, isUnknown));
  const stakeMinor = player.tenant.stake.minMinor * prng.between(1, 8);
  const key = player.newKey("bet");
  const slip = {
    bet_type: kind,
    stake: minor(stakeMinor),
    selections,
    system_sizes: kind === "SYSTEM" ? [2] : [],
    odds_policy: prng.pick(["any", "any", "higher", "none"] as const),
  };
  const actor = { userId: player.userId as UserId, country, identityObjectId: "", sessionId: "sim" };
  const repeats = prng.chance(0.1) ? 2 : 1;
  let answer: string | null = null;
  for (let done = 0; done < repeats; ) {
    const outcome = await around.platform.inWorker(`bet ${key}`, () =>
      placeBet(around.platform.context(country, actor), { slip, idempotencyKey: key }),
    );
    if (outcome === null) {
      around.world.reached("bet-outcome-unknown");
      await player.sleep(prng.between(50, 5_000));
      continue;
    }
    done += 1;
    const reply = outcome.value;
    around.world.reached(reply.ok ? `bet:${kind}` : `bet:${reply.error.code}`);
    if (reply.ok) {
      const { betId } = reply.value.bet;
      demand(reply.value.bet.stakeMinor === stakeMinor, () => `${player.audit.walletId}: bet ${betId} has another stake`);
      if (!player.audit.bets.has(betId)) player.audit.cashMinor -= stakeMinor;
      player.audit.bets.set(betId, stakeMinor);
      player.audit.definite += 1;
    }
    const text = reply.ok ? `bet ${reply.value.bet.betId}` : "refused";
    demand(answer === null || answer === text, () => `${player.audit.walletId}: ${key} was answered ${answer ?? ""}, then ${text}`);
    answer = text;
    if (done < repeats) await player.sleep(prng.between(0, 120_000));
  }
}

function selectionOf({ prng }: Player, fixture: Fixture, isUnknown: boolean) {
  const selectionId = isUnknown ? `${fixture.fixtureId}:1x2:nobody` : prng.pick(selectionsOf(fixture));
  return { named: { by: "id" as const, selectionId }, oddsThousandths: fixture.odds as never, priceVersion: null, isBanker: false };
}
