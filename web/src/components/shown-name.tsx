/** The player's choice to be shown to others: off until they say so, and off again whenever they like. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { call } from "../api/client.ts";
import type { ShownName } from "../api/types.ts";
import { dayAndTime } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { sayTrouble } from "../stores/toasts.ts";

const PATH = "/api/v1/games/crash/shown-name";

export function ShownNameChoice(): JSX.Element | null {
  const stands = useSignal<ShownName | null>(null);
  const isSending = useSignal(false);
  useEffect(() => {
    call<ShownName>("GET", PATH).then(
      (answer) => {
        stands.value = answer;
      },
      () => undefined,
    );
  }, []);
  const choose = async (shown: boolean): Promise<void> => {
    isSending.value = true;
    try {
      stands.value = await call<ShownName>("PUT", PATH, { body: { shown } });
    } catch (error) {
      sayTrouble(error);
    } finally {
      isSending.value = false;
    }
  };
  if (stands.value === null) return null;
  const { name, consented_at: since } = stands.value;
  return (
    <section class="shown-name" aria-label={t("shown_name")}>
      <h3>{t("shown_name")}</h3>
      <p class="muted small">
        {name === null || since === null ? t("shown_name_off") : t("shown_name_on", { name, since: dayAndTime(since) })}
      </p>
      <button type="button" class="button quiet" disabled={isSending.value} onClick={() => void choose(name === null)}>
        {t(name === null ? "shown_name_allow" : "shown_name_withdraw")}
      </button>
    </section>
  );
}
