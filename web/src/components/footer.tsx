/** What the law and decency want on every screen: the age, and the way to limits and breaks. */
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";

export function Footer(): JSX.Element {
  return (
    <footer class="foot">
      <span class="adults" aria-hidden="true">
        18+
      </span>
      <p>
        {t("adults_only")}{" "}
        <a href="/wallet" class="underlined">
          {t("safer_play")}
        </a>
      </p>
      <a href="/docs" data-leaves class="underlined">
        {t("api_reference")}
      </a>
    </footer>
  );
}
