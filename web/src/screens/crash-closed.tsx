/** Says why nothing moves on the screen: the game is closed, and for what reason, or the line went to a newer page of the player. */
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { comeBack, isReplaced, round } from "../stores/crash.ts";

export function CrashClosed(): JSX.Element | null {
  if (isReplaced.value)
    return (
      <div class="card form" role="status">
        <p>{t("line_replaced")}</p>
        <button type="button" class="button quiet" onClick={comeBack}>
          {t("line_come_back")}
        </button>
      </div>
    );
  if (round.value?.closed !== true) return null;
  const reason = round.value.closed_for;
  return (
    <p class="card" role="status">
      {t("game_closed")}
      {reason === null ? null : ` ${t(`game_closed_${reason}`)}`}
    </p>
  );
}
