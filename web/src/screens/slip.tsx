/** The slip: what is picked, what it may win, and the one button that places it. */
import type { JSX } from "preact";
import { toMajor } from "../../../shared/money/amount.ts";
import { add, minor, mulRatio, negate, sum } from "../../../shared/money/minor.ts";
import { ApiError, NoAnswer } from "../api/error.ts";
import { isLoggedIn } from "../api/session.ts";
import type { SlipBet } from "../api/types.ts";
import { AmountField } from "../components/amount-field.tsx";
import { DroppedSelections, LoadSlip, ShareSlip } from "../components/booking-code.tsx";
import { EachWay } from "../components/each-way.tsx";
import { Trouble } from "../components/field.tsx";
import { FreeBetPick } from "../components/free-bets.tsx";
import { Icon } from "../components/icons.tsx";
import { SlipPromotions } from "../components/slip-promotions.tsx";
import { TaxLines } from "../components/tax-lines.tsx";
import { money, moneyOfMinor, odds, shortMoney } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { marketName, outcomeName } from "../names.ts";
import { go } from "../route.ts";
import { hasSameFixtureTwice, type OddsPolicy, potentialWin, type SlipLine, totalOdds } from "../slip/slip.ts";
import { currency, quickStakes } from "../stores/player.ts";
import { quote } from "../stores/quote.ts";
import { closeSheet, openSheet } from "../stores/sheet.ts";
import * as store from "../stores/slip.ts";
import { troubleText } from "../stores/toasts.ts";
import { PlacedBet } from "./placed-bet.tsx";

const POLICIES: readonly OddsPolicy[] = ["none", "higher", "any"];

export function Slip(): JSX.Element {
  const placing = store.placing.value;
  if (placing.state === "placed") return <Placed bets={placing.bets} />;
  if (store.lines.value.length === 0)
    return (
      <div class="slip">
        <p class="empty">{t("slip_empty")}</p>
        <DroppedSelections />
        <LoadSlip />
      </div>
    );
  return (
    <div class="slip">
      {store.lines.value.length > 1 ? <Kind /> : null}
      <DroppedSelections />
      <ul class="slip-lines">
        {store.lines.value.map((line) => (
          <Line key={line.selectionId} line={line} />
        ))}
      </ul>
      <FreeBetPick />
      {store.freeBet.value === null ? <AmountField label={t("stake")} value={store.stakeText} presets={quickStakes.value} /> : null}
      <EachWay />
      <SlipPromotions />
      <Policy />
      <Totals />
      <Taxes />
      <PlaceButton />
      <ShareSlip />
    </div>
  );
}

function Kind(): JSX.Element {
  return (
    <fieldset class="segments" aria-label={t("slip")}>
      {[false, true].map((asSingles) => (
        <button
          key={String(asSingles)}
          type="button"
          aria-pressed={store.asSingles.value === asSingles}
          onClick={() => {
            store.asSingles.value = asSingles;
          }}
        >
          {t(asSingles ? "single" : "multi")}
        </button>
      ))}
    </fieldset>
  );
}

function Line({ line }: { line: SlipLine }): JSX.Element {
  const teams = { home_team: line.homeTeam, away_team: line.awayTeam };
  const name = outcomeName(teams, line.specifier, { outcome_id: line.outcomeId, name: line.outcomeName });
  const isOpen = line.now.status === "active";
  return (
    <li class={`slip-line ${isOpen ? "" : "greyed"}`}>
      <div class="slip-line-text">
        <strong>{name}</strong>
        <span class="muted">{marketName({ type: line.marketType, specifier: line.specifier, name: line.marketType })}</span>
        <span class="muted">
          {line.homeTeam} – {line.awayTeam}
        </span>
      </div>
      <div class={`slip-line-odds ${line.movement ?? ""}`} aria-live="polite">
        {isOpen ? <b>{odds(line.now.odds)}</b> : <span class="tag">{t(line.now.status === "closed" ? "closed" : "suspended")}</span>}
        {isOpen && line.movement !== null ? (
          <small>
            {line.movement === "up" ? "▲" : "▼"} {t("odds_were", { odds: odds(line.taken.odds) })}
          </small>
        ) : null}
      </div>
      <button type="button" class="icon-button" aria-label={t("remove", { name })} onClick={() => store.remove(line.selectionId)}>
        <Icon name="close" />
      </button>
    </li>
  );
}

function Policy(): JSX.Element {
  return (
    <fieldset class="policy">
      <legend>{t("accept_odds")}</legend>
      <div class="segments">
        {POLICIES.map((policy) => (
          <button
            key={policy}
            type="button"
            aria-pressed={store.policy.value === policy}
            onClick={() => {
              store.policy.value = policy;
            }}
          >
            {t(`policy_${policy}`)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function Totals(): JSX.Element {
  const lines = store.lines.value;
  const stake = store.stake.value ?? minor(0);
  const full = store.isMulti.value ? potentialWin(stake, lines) : sum(lines.map((line) => potentialWin(stake, [line])));
  const plain = store.freeBet.value === null ? full : add(full, negate(stake));
  // What promotions and places make of the prices, the server alone works out.
  const isPromoted = store.promotion.value !== null || (quote.value?.bonus?.percent ?? 0) > 0;
  const isAsked = isPromoted || store.isEachWay.value;
  const told = isAsked ? quote.value?.potential_win.max : null;
  const own = store.isEachWay.value ? "…" : moneyOfMinor(plain, currency.value);
  const win = told == null ? own : money(told, currency.value);
  return (
    <dl class="totals" aria-live="polite">
      {store.isMulti.value ? (
        <div>
          <dt>{t("total_odds")}</dt>
          <dd>{odds(totalOdds(lines))}</dd>
        </div>
      ) : null}
      <div class="totals-win">
        <dt>{t("potential_win")}</dt>
        <dd>{win}</dd>
      </div>
    </dl>
  );
}

/** What the law takes from this bet, when it takes something. */
function Taxes(): JSX.Element | null {
  const tax = quote.value?.tax;
  if (tax === undefined || tax.stake.length + tax.winnings.length === 0) return null;
  return (
    <>
      <TaxLines lines={[...tax.stake, ...tax.winnings]} currency={currency.value} />
      <dl class="totals">
        <div>
          <dt>{t("after_tax")}</dt>
          <dd>{money(tax.net_win, currency.value)}</dd>
        </div>
      </dl>
    </>
  );
}

function PlaceButton(): JSX.Element {
  const placing = store.placing.value;
  const isPlacing = placing.state === "placing";
  const stake = store.totalStake.value;
  const clash = store.isMulti.value && hasSameFixtureTwice(store.lines.value);
  const note = noteText(clash);
  const trouble = placing.state === "editing" ? placing.trouble : null;
  const troubleLine = trouble instanceof NoAnswer ? t("no_answer_kept") : trouble === null ? null : troubleText(trouble);
  const bets = store.isMulti.value ? 1 : store.lines.value.length;
  const staked = stake === null ? "" : shortMoney(toMajor(mulRatio(stake, BigInt(bets), 1n, "down")), currency.value);
  return (
    <div class="place">
      {note === null ? null : <p class="note">{note}</p>}
      {/* A refusal that only repeats the note is not said twice. */}
      <Trouble text={troubleLine === note ? null : troubleLine} />
      <Remedy trouble={trouble} />
      {isLoggedIn.value ? (
        <button
          type="button"
          id="place-bet"
          class={`button brand ${store.wantsConsent.value ? "consent" : ""}`}
          disabled={stake === null || isPlacing || clash || store.hasSuspended.value || store.placesAreMissing.value}
          aria-busy={isPlacing}
          onClick={() => void store.place()}
        >
          {isPlacing
            ? t("placing")
            : stake === null
              ? t("stake_missing")
              : t(store.wantsConsent.value ? "accept_and_place" : "place_bet", { stake: staked })}
        </button>
      ) : (
        <button type="button" id="place-bet" class="button brand" onClick={() => openSheet("auth", "slip")}>
          {t("log_in_to_place")}
        </button>
      )}
    </div>
  );
}

/** Why the button does not simply place, if it does not. */
function noteText(clash: boolean): string | null {
  if (clash) return t("same_match");
  if (store.hasSuspended.value) return t("some_suspended");
  return store.wantsConsent.value ? t("odds_changed") : null;
}

/** The next step out of a refusal, where there is one. */
function Remedy({ trouble }: { trouble: Error | null }): JSX.Element | null {
  if (!(trouble instanceof ApiError)) return null;
  if (trouble.code === "INSUFFICIENT_BALANCE")
    return (
      <button type="button" class="button quiet" onClick={() => openSheet("deposit", "slip")}>
        {t("deposit")}
      </button>
    );
  if (trouble.code === "USER_NOT_VERIFIED")
    return (
      <button type="button" class="button quiet" onClick={() => openSheet("verify", "slip")}>
        {t("verify_identity")}
      </button>
    );
  return null;
}

function Placed({ bets }: { bets: readonly SlipBet[] }): JSX.Element {
  const isWaiting = bets.some(store.isUndecided);
  const isNothing = bets.every((bet) => bet.status === "REJECTED" || bet.status === "EXPIRED");
  const done = (): void => {
    store.placing.value = { state: "editing", trouble: null };
    closeSheet();
  };
  return (
    <div class="placed" role="status">
      <span class={`big-check ${isWaiting || isNothing ? "waiting" : ""}`}>
        <Icon name={isNothing ? "close" : "check"} />
      </span>
      <h3>{t(isWaiting ? "bet_waiting" : isNothing ? "bet_not_placed" : "bet_placed")}</h3>
      {bets.map((bet) => (
        <PlacedBet key={bet.bet_id} bet={bet} />
      ))}
      <button
        type="button"
        class="button brand"
        onClick={() => {
          done();
          go("/bets");
        }}
      >
        {t("to_my_bets")}
      </button>
      <button type="button" class="button quiet" onClick={done}>
        {t("keep_picking")}
      </button>
    </div>
  );
}
