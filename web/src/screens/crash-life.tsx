/** Around the flight: the bets of this round, the player's own, the leader boards, and the way to the chat. Each loads when it is opened. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { call } from "../api/client.ts";
import { session } from "../api/session.ts";
import type { CrashBets, CrashBoards } from "../api/types.ts";
import { Trouble } from "../components/field.tsx";
import { multiplier, shortMoney } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { round } from "../stores/crash.ts";
import { leftCount, liveBets, liveTotals, watchBets } from "../stores/live-bets.ts";
import { currency } from "../stores/player.ts";
import { openSheet } from "../stores/sheet.ts";
import { troubleText } from "../stores/toasts.ts";

export function CrashLife(): JSX.Element | null {
  const gameId = round.value?.game_id;
  if (gameId === undefined) return null;
  return (
    <div class="crash-life">
      <button
        type="button"
        class="button quiet"
        id="open-chat"
        onClick={() => (session.value === null ? openSheet("auth", "chat") : openSheet("chat"))}
      >
        {t("chat")}
      </button>
      <Opened title={t("live_bets")}>
        <LiveBets gameId={gameId} />
      </Opened>
      {session.value === null ? null : (
        <Opened title={t("my_crash_bets")}>
          <OwnBets />
        </Opened>
      )}
      <Opened title={t("boards")}>
        <Boards gameId={gameId} />
      </Opened>
    </div>
  );
}

/** A card whose inside exists while it is open. */
function Opened({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  const isOpen = useSignal(false);
  return (
    <details
      class="card"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>{title}</summary>
      {isOpen.value ? children : null}
    </details>
  );
}

function LiveBets({ gameId }: { gameId: string }): JSX.Element {
  useEffect(() => watchBets(gameId), [gameId]);
  const totals = liveTotals.value;
  return (
    <>
      <p class="muted small">
        {totals === null
          ? t("loading")
          : t("live_totals", { bets: totals.bets, staked: shortMoney(totals.staked, currency.value), left: leftCount.value })}
      </p>
      <p class="muted small">{t("live_note")}</p>
      <ul class="ranks">
        {liveBets.value.map((bet) => (
          <li key={bet.bet} class={bet.multiplier === undefined ? "" : "won"}>
            <span>{bet.player ?? t("a_player")}</span>
            <span>{shortMoney(bet.amount, currency.value)}</span>
            <strong>{bet.multiplier === undefined ? "–" : multiplier(bet.multiplier)}</strong>
          </li>
        ))}
      </ul>
    </>
  );
}

function OwnBets(): JSX.Element {
  const pages = useSignal<CrashBets>({ bets: [], next: null });
  const isLoaded = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const more = async (after: string | null): Promise<void> => {
    try {
      const page = await call<CrashBets>("GET", `/api/v1/games/crash/bets?limit=10${after === null ? "" : `&after=${after}`}`);
      pages.value = { bets: [...pages.value.bets, ...page.bets], next: page.next };
      isLoaded.value = true;
    } catch (error) {
      trouble.value = troubleText(error);
    }
  };
  useEffect(() => void more(null), []);
  const { bets, next } = pages.value;
  if (isLoaded.value && bets.length === 0) return <p class="muted">{t("no_crash_bets")}</p>;
  return (
    <>
      <ul class="ranks">
        {bets.map((bet) => (
          <li key={bet.bet_id} class={bet.status === "CASHED_OUT" ? "won" : ""}>
            <a href={`/fairness/${bet.round_number}`}>{t("round", { number: bet.round_number })}</a>
            <span>{shortMoney(bet.amount, currency.value)}</span>
            <strong>{bet.multiplier === null ? "–" : `${multiplier(bet.multiplier)} · ${shortMoney(bet.payout, currency.value)}`}</strong>
          </li>
        ))}
      </ul>
      <Trouble text={trouble.value} />
      {next === null ? null : (
        <button type="button" class="button quiet" onClick={() => void more(next)}>
          {t("older")}
        </button>
      )}
    </>
  );
}

function Boards({ gameId }: { gameId: string }): JSX.Element {
  const boards = useSignal<CrashBoards["boards"] | null>(null);
  const span = useSignal<"day" | "week">("day");
  const trouble = useSignal<string | null>(null);
  useEffect(() => {
    call<CrashBoards>("GET", `/api/v1/games/crash/${encodeURIComponent(gameId)}/boards`).then(
      (answer) => {
        boards.value = answer.boards;
      },
      (error: unknown) => {
        trouble.value = troubleText(error);
      },
    );
  }, []);
  const shown = (boards.value ?? []).filter((board) => board.span === span.value);
  return (
    <>
      <div class="segments">
        {(["day", "week"] as const).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={span.value === one}
            onClick={() => {
              span.value = one;
            }}
          >
            {t(one === "day" ? "board_day" : "board_week")}
          </button>
        ))}
      </div>
      <Trouble text={trouble.value} />
      {shown.map(({ metric, entries }) => (
        <section key={metric}>
          <h3>{t(metric === "multiplier" ? "board_multiplier" : "board_payout")}</h3>
          {entries.length === 0 ? <p class="muted">{t("board_empty")}</p> : null}
          <ol class="ranks">
            {entries.map((entry) => (
              <li key={`${entry.round_number}:${entry.player}:${entry.multiplier}`}>
                <span>{entry.player ?? t("a_player")}</span>
                <span>{multiplier(entry.multiplier)}</span>
                <strong>{shortMoney(entry.payout, currency.value)}</strong>
              </li>
            ))}
          </ol>
        </section>
      ))}
      <p class="muted small">{t("live_note")}</p>
    </>
  );
}
