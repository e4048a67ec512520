/** The wallet: figures, ways in and out, verification, limits and the statement. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { isLoggedIn } from "../api/session.ts";
import { Icon } from "../components/icons.tsx";
import { money } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { refreshProfile, refreshWallet } from "../stores/account.ts";
import { profile, wallet } from "../stores/player.ts";
import { openSheet } from "../stores/sheet.ts";
import { sayTrouble } from "../stores/toasts.ts";
import { SaferPlay } from "./safer-play.tsx";
import { Statement } from "./statement.tsx";

export function Wallet(): JSX.Element {
  useEffect(() => {
    if (isLoggedIn.value) Promise.all([refreshWallet(), refreshProfile()]).catch(sayTrouble);
  }, [isLoggedIn.value]);
  if (!isLoggedIn.value) {
    return (
      <div class="screen empty">
        <p>{t("adults_only")}</p>
        <button type="button" class="button brand" onClick={() => openSheet("auth")}>
          {t("log_in")}
        </button>
      </div>
    );
  }
  const isVerified = profile.value?.is_verified === true;
  return (
    <div class="screen">
      <h1 class="visually-hidden">{t("wallet")}</h1>
      <Figures />
      <div class="actions">
        <button type="button" class="button brand" onClick={() => openSheet(isVerified ? "deposit" : "verify")}>
          <Icon name="down" />
          {t("deposit")}
        </button>
        <button type="button" class="button quiet" onClick={() => openSheet("withdraw")}>
          <Icon name="up" />
          {t("withdraw")}
        </button>
      </div>
      {profile.value === null || isVerified ? null : (
        <button type="button" class="card call-out" onClick={() => openSheet("verify")}>
          <Icon name="shield" />
          <span>
            <strong>{t("verify_identity")}</strong>
            <span class="muted">{t("verify_why")}</span>
          </span>
          <Icon name="chevron" />
        </button>
      )}
      <Statement />
      <SaferPlay />
    </div>
  );
}

function Figures(): JSX.Element {
  const figures = wallet.value;
  const amount = (major: number | undefined): string => (figures === null || major === undefined ? "–" : money(major, figures.currency));
  return (
    <section class="hero weave" aria-live="polite">
      <div class="hero-top">
        <span class="muted">{t("available")}</span>
        {profile.value?.is_verified === true ? (
          <span class="tag won">
            <Icon name="shield" /> {t("verified")}
          </span>
        ) : null}
      </div>
      <p class="hero-amount" id="available-balance">
        {amount(figures?.available_balance)}
      </p>
      <dl class="hero-rest">
        <div>
          <dt>{t("held")}</dt>
          <dd>{amount(figures?.held)}</dd>
        </div>
        <div>
          <dt>{t("bonus")}</dt>
          <dd>{amount(figures?.bonus_balance)}</dd>
        </div>
        <div>
          <dt>{t("deposited_today")}</dt>
          <dd>
            {amount(figures?.today_deposit)}{" "}
            {figures?.daily_limit === null || figures === null ? null : (
              <span class="muted">{t("of_limit", { limit: money(figures.daily_limit, figures.currency) })}</span>
            )}
          </dd>
        </div>
      </dl>
    </section>
  );
}
