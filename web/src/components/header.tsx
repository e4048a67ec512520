/** The top of every screen: the mark, the language, and the balance or the way in. */
import type { JSX } from "preact";
import { isLoggedIn } from "../api/session.ts";
import { money } from "../format.ts";
import { chooseLanguage, language, t } from "../i18n/i18n.ts";
import { currency, wallet } from "../stores/player.ts";
import { openSheet } from "../stores/sheet.ts";
import { Icon, Mark } from "./icons.tsx";

export function Header(): JSX.Element {
  const other = language.value === "en" ? "sw" : "en";
  return (
    <header class="top">
      <a class="brand-mark" href="/" aria-label="Mkeka">
        <Mark />
        <span>mkeka</span>
      </a>
      <button type="button" class="language" lang={other} aria-label={t("switch_language")} onClick={() => void chooseLanguage(other)}>
        {other.toUpperCase()}
      </button>
      {isLoggedIn.value ? (
        <>
          <a class="balance" href="/wallet" aria-label={`${t("balance")} ${money(wallet.value?.available_balance ?? 0, currency.value)}`}>
            {wallet.value === null ? "–" : money(wallet.value.available_balance, wallet.value.currency)}
          </a>
          <button type="button" class="icon-button" aria-label={t("account")} onClick={() => openSheet("account")}>
            <Icon name="user" />
          </button>
        </>
      ) : (
        <button type="button" id="log-in" class="button brand small" onClick={() => openSheet("auth")}>
          {t("log_in")}
        </button>
      )}
    </header>
  );
}
