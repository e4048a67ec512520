/** What a finished round came to, and the player's own bets in it. Without an answer the page shows the proof alone. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { call } from "../api/client.ts";
import { session } from "../api/session.ts";
import type { CrashBets, CrashRoundTotals } from "../api/types.ts";
import { multiplier, shortMoney } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { currency } from "../stores/player.ts";

interface Round {
  readonly totals: CrashRoundTotals["totals"];
  readonly own: CrashBets["bets"];
}

async function load(roundNumber: number): Promise<Round> {
  const [{ totals }, { bets: own }] = await Promise.all([
    call<CrashRoundTotals>("GET", `/api/v1/games/crash/current/rounds/${roundNumber}/totals`),
    session.value === null ? { bets: [], next: null } : call<CrashBets>("GET", `/api/v1/games/crash/bets?limit=10&round=${roundNumber}`),
  ]);
  return { totals, own };
}

export function RoundTotals({ roundNumber }: { roundNumber: number }): JSX.Element | null {
  const round = useSignal<Round | null>(null);
  useEffect(() => {
    load(roundNumber).then(
      (loaded) => {
        round.value = loaded;
      },
      () => undefined,
    );
  }, [roundNumber]);
  if (round.value === null) return null;
  const { totals, own } = round.value;
  const amount = (major: number) => shortMoney(major, currency.value);
  return (
    <section class="card round-totals">
      <h2>{t("round_totals")}</h2>
      {totals === null ? (
        <p class="muted">{t("round_unplayed")}</p>
      ) : (
        <p>
          {t("round_sums", { bets: totals.bets, players: totals.players, left: totals.cashed_out })}
          <br />
          <span class="muted">{t("round_money", { staked: amount(totals.staked), paid: amount(totals.paid) })}</span>
        </p>
      )}
      {own.length === 0 ? null : (
        <ul class="ranks" aria-label={t("my_crash_bets")}>
          {own.map((bet) => (
            <li key={bet.bet_id} class={bet.status === "CASHED_OUT" ? "won" : ""}>
              <span>{t("your_bet", { slot: bet.slot })}</span>
              <span>{amount(bet.amount)}</span>
              <strong>{bet.multiplier === null ? "–" : `${multiplier(bet.multiplier)} · ${amount(bet.payout)}`}</strong>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
