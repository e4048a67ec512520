/** Shared slips: a code for the slip of now, a field for a code of somebody else, and what of it is gone. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import * as booking from "../stores/booking.ts";
import { say, sayTrouble } from "../stores/toasts.ts";
import { Field, Form } from "./field.tsx";

/** Asks for a code, then shows it to be copied. */
export function ShareSlip(): JSX.Element {
  const made = booking.shared.value;
  if (made === null)
    return (
      <button type="button" class="button quiet" onClick={() => void booking.share().catch(sayTrouble)}>
        {t("share_slip")}
      </button>
    );
  const copy = () => navigator.clipboard.writeText(made.code).then(() => say(t("code_copied"), "good"), sayTrouble);
  return (
    <p class="note booking-code" role="status">
      <span>{t("booking_code")}</span>
      <strong>{made.code}</strong>
      <button type="button" class="button quiet" onClick={() => void copy()}>
        {t("copy")}
      </button>
    </p>
  );
}

/** Loads a code into the empty slip. */
export function LoadSlip(): JSX.Element {
  const code = useSignal("");
  return (
    <Form send={() => booking.load(code.value)} action={t("load_code")} disabled={code.value.trim() === ""}>
      <Field label={t("booking_code")} value={code} autocomplete="off" maxLength={12} hint={t("booking_code_hint")} />
    </Form>
  );
}

/** What of the loaded code can't be bet on any more. */
export function DroppedSelections(): JSX.Element | null {
  const { value: dropped } = booking.dropped;
  if (dropped.length === 0) return null;
  return (
    <div class="note" role="status">
      {t("code_dropped")}
      <ul>
        {dropped.map(({ selection_id, name, reason }) => (
          <li key={selection_id}>
            {name === null ? "" : `${name} – `}
            {t(`dropped_${reason}`)}
          </li>
        ))}
      </ul>
    </div>
  );
}
