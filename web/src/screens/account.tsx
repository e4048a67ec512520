/** Who is logged in, the look of the page, and the way out. */
import type { JSX } from "preact";
import { BonusList } from "../components/bonuses.tsx";
import { FreeBetList } from "../components/free-bets.tsx";
import { Icon } from "../components/icons.tsx";
import { ShownNameChoice } from "../components/shown-name.tsx";
import { t } from "../i18n/i18n.ts";
import { logOut } from "../stores/account.ts";
import { profile } from "../stores/player.ts";
import { closeSheet, openSheet } from "../stores/sheet.ts";
import { switchTheme } from "../theme.ts";

export function Account(): JSX.Element {
  const person = profile.value;
  return (
    <div class="account">
      {person === null ? (
        <p class="muted">{t("loading")}</p>
      ) : (
        <p>
          <strong>{person.full_name}</strong>
          <br />
          <span class="muted">{person.phone_number}</span>
        </p>
      )}
      {person === null ? null : (
        <p class={`tag ${person.is_verified ? "won" : ""}`}>{t(person.is_verified ? "verified" : "not_verified")}</p>
      )}
      {person === null || person.is_verified ? null : (
        <button type="button" class="button brand" onClick={() => openSheet("verify")}>
          {t("verify_identity")}
        </button>
      )}
      <FreeBetList />
      <BonusList />
      {person?.is_verified === true ? <ShownNameChoice /> : null}
      <button type="button" class="button quiet" onClick={switchTheme}>
        <Icon name="theme" />
        {t("switch_theme")}
      </button>
      <button
        type="button"
        class="button quiet"
        onClick={() => {
          closeSheet();
          void logOut();
        }}
      >
        {t("log_out")}
      </button>
    </div>
  );
}
