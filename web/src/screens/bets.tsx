/** The player's bets, open and settled; a corrected result shows what was paid before and after. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { isLoggedIn } from "../api/session.ts";
import type { Bet } from "../api/types.ts";
import { BetPromises } from "../components/bet-promises.tsx";
import { CashOut } from "../components/cash-out.tsx";
import { EditBet, mayEdit } from "../components/edit-bet.tsx";
import { Icon, type IconName } from "../components/icons.tsx";
import { dayAndTime, money, odds } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { placedNames } from "../names.ts";
import { bets, refreshBets } from "../stores/bets.ts";
import { currency } from "../stores/player.ts";
import { openSheet } from "../stores/sheet.ts";
import { sayTrouble } from "../stores/toasts.ts";

const REFRESH_MS = 10_000;
const OPEN: ReadonlySet<Bet["status"]> = new Set(["PENDING", "DELAYED", "OFFERED"]);

export function Bets(): JSX.Element {
  const showsOpen = useSignal(true);
  useEffect(() => {
    if (!isLoggedIn.value) return undefined;
    refreshBets().catch(sayTrouble);
    // The user socket tells settlements at once; this finds what it missed.
    const timer = setInterval(() => void refreshBets().catch(() => undefined), REFRESH_MS);
    return () => clearInterval(timer);
  }, [isLoggedIn.value]);
  if (!isLoggedIn.value) {
    return (
      <div class="screen empty">
        <p>{t("log_in_bets")}</p>
        <button type="button" class="button brand" onClick={() => openSheet("auth")}>
          {t("log_in")}
        </button>
      </div>
    );
  }
  const shown = bets.value?.filter((bet) => OPEN.has(bet.status) === showsOpen.value) ?? null;
  return (
    <div class="screen">
      <h1 class="visually-hidden">{t("my_bets")}</h1>
      <fieldset class="segments" aria-label={t("my_bets")}>
        {[true, false].map((isOpen) => (
          <button key={String(isOpen)} type="button" aria-pressed={showsOpen.value === isOpen} onClick={() => (showsOpen.value = isOpen)}>
            {t(isOpen ? "open" : "settled")}
          </button>
        ))}
      </fieldset>
      {shown === null ? <p class="empty">{t("loading")}</p> : null}
      {shown?.length === 0 ? <p class="empty">{t(showsOpen.value ? "no_open_bets" : "no_settled_bets")}</p> : null}
      <div class="cards" aria-live="polite">
        {shown?.map((bet) => (
          <BetCard key={bet.bet_id} bet={bet} />
        ))}
      </div>
    </div>
  );
}

function BetCard({ bet }: { bet: Bet }): JSX.Element {
  const title =
    bet.bet_type === "SINGLE"
      ? t("single")
      : bet.bet_type === "MULTI"
        ? t("multi_of", { count: bet.selections.length })
        : t("system_of", { count: bet.each_way ? bet.lines / 2 : bet.lines });
  return (
    <article class={`card bet ${bet.status.toLowerCase()}`} data-bet={bet.bet_id}>
      <header>
        <h2>{bet.each_way ? `${title} · ${t("each_way")}` : title}</h2>
        <span class={`tag ${bet.status.toLowerCase()}`}>{t(`status_${bet.status}`)}</span>
      </header>
      <ul>
        {bet.selections.map((selection) => (
          <Selection key={selection.selection_id} selection={selection} />
        ))}
      </ul>
      <dl class="bet-money">
        <div>
          <dt>{t("stake")}</dt>
          <dd>{money(bet.stake, currency.value)}</dd>
        </div>
        {bet.total_odds === null ? null : (
          <div>
            <dt>{t("total_odds")}</dt>
            <dd>{odds(bet.total_odds)}</dd>
          </div>
        )}
        <div>
          <dt>{t(OPEN.has(bet.status) ? "to_win" : bet.decides_at === null ? "paid" : "stake_back")}</dt>
          <dd class="strong">{money(shownAmount(bet), currency.value)}</dd>
        </div>
      </dl>
      {bet.status === "PENDING" ? <BetPromises bet={bet} /> : null}
      <Correction bet={bet} />
      {bet.status === "PENDING" ? <CashOut bet={bet} /> : null}
      {mayEdit(bet) ? <EditBet bet={bet} /> : null}
      <footer class="muted">
        <span>{t("placed_at", { time: dayAndTime(bet.placed_at) })}</span>
        <span class="mono">{bet.bet_id}</span>
      </footer>
    </article>
  );
}

/** What it may win, what it paid, or the stake that is the player's again. */
function shownAmount(bet: Bet): number {
  if (OPEN.has(bet.status)) return bet.potential_win;
  return bet.actual_win ?? bet.stake;
}

const SELECTION_ICONS: Readonly<Record<string, IconName>> = { WON: "check", HALF_WON: "check", LOST: "close", HALF_LOST: "close" };

function Selection({ selection }: { selection: Bet["selections"][number] }): JSX.Element {
  const icon = SELECTION_ICONS[selection.status];
  const names = placedNames(selection);
  return (
    <li class={`bet-selection ${selection.status.toLowerCase()}`}>
      <span class="state" title={t(`selection_${selection.status}`)}>
        {icon === undefined ? <span class="ring" /> : <Icon name={icon} />}
        <span class="visually-hidden">{t(`selection_${selection.status}`)}</span>
      </span>
      <span class="bet-selection-text">
        <strong>{names.outcome}</strong>
        <span class="muted">
          {names.market} · {selection.event_name}
        </span>
        {selection.place === null ? null : (
          <span class="muted">
            {t("place_of", { ...selection.place, places: String(selection.place.places), state: t(`selection_${selection.place.status}`) })}
          </span>
        )}
      </span>
      <b>
        {odds(selection.odds)}
        {selection.boost === null ? null : <small class="muted"> {t("odds_were", { odds: odds(selection.boost.odds) })}</small>}
      </b>
    </li>
  );
}

/** Shown when a later result moved money again: what the bet had paid, and what it pays now. */
function Correction({ bet }: { bet: Bet }): JSX.Element | null {
  const [before, after] = bet.settlements.slice(-2);
  if (before === undefined || after === undefined) return null;
  const values = { before: money(before.target, currency.value), after: money(after.target, currency.value) };
  return <p class="note">{t("result_corrected", values)}</p>;
}
