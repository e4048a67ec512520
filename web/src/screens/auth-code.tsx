/** The step with the code from the SMS; browsers that can, fill it in themselves. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { call } from "../api/client.ts";
import type { Tokens } from "../api/types.ts";
import { Field, Form } from "../components/field.tsx";
import { t } from "../i18n/i18n.ts";
import { say, sayTrouble } from "../stores/toasts.ts";

const RESEND_AFTER_S = 30;

interface CodeStepProps {
  readonly phone: string;
  /** Whose registration the code is to confirm; null where that is not known. */
  readonly userId: string | null;
  readonly onTokens: (tokens: Tokens) => void;
}

export function CodeStep({ phone, userId, onTokens }: CodeStepProps): JSX.Element {
  const code = useSignal("");
  const secondsLeft = useSignal(RESEND_AFTER_S);
  useEffect(() => {
    const timer = setInterval(() => {
      secondsLeft.value = Math.max(0, secondsLeft.value - 1);
    }, 1_000);
    return () => clearInterval(timer);
  }, []);
  const resend = async (): Promise<void> => {
    secondsLeft.value = RESEND_AFTER_S;
    await call("POST", "/api/v1/auth/resend", { body: { phone_number: phone } });
    say(t("code_resent"), "good");
  };
  const send = async (): Promise<void> => {
    const body = { phone_number: phone, code: code.value.trim(), ...(userId === null ? {} : { user_id: userId }) };
    onTokens(await call<Tokens>("POST", "/api/v1/auth/verify", { body }));
  };
  return (
    <Form action={t("confirm")} send={send}>
      <p class="muted">{t("code_sent", { phone })}</p>
      <Field
        label={t("code")}
        value={code}
        inputMode="numeric"
        autocomplete="one-time-code"
        pattern="[0-9]{6}"
        maxLength={6}
        required
        class="code-input"
      />
      <button type="button" class="button quiet" disabled={secondsLeft.value > 0} onClick={() => void resend().catch(sayTrouble)}>
        {secondsLeft.value > 0 ? t("resend_in", { seconds: secondsLeft.value }) : t("resend")}
      </button>
    </Form>
  );
}
