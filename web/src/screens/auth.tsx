/** Log in, join in two short steps, and the code from the SMS. Verification of identity follows at once for new players. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { call } from "../api/client.ts";
import { ApiError } from "../api/error.ts";
import { keepTokens } from "../api/session.ts";
import type { Tokens } from "../api/types.ts";
import { Field, Form } from "../components/field.tsx";
import { t } from "../i18n/i18n.ts";
import { logIn } from "../stores/account.ts";
import { phoneInUse } from "../stores/player.ts";
import { finishSheet, openSheet, sheet } from "../stores/sheet.ts";
import { CodeStep } from "./auth-code.tsx";

type Step = "log-in" | "join" | "join-person" | "code";

export function Auth(): JSX.Element {
  const step = useSignal<Step>("log-in");
  const phone = useSignal("");
  const password = useSignal("");
  const userId = useSignal<string | null>(null);
  const askCode = (ofUser: string | null): void => {
    userId.value = ofUser;
    step.value = "code";
  };
  switch (step.value) {
    case "log-in":
      return <LogIn phone={phone} password={password} onJoin={() => (step.value = "join")} onUnconfirmed={askCode} />;
    case "join":
      return (
        <Form
          action={t("next")}
          send={async () => {
            phoneInUse.value = phone.value;
            step.value = "join-person";
          }}
        >
          <p class="muted">{t("step_of", { step: 1, steps: 3 })}</p>
          <Field
            label={t("phone_number")}
            value={phone}
            type="tel"
            inputMode="tel"
            autocomplete="username"
            required
            placeholder="0712 345 678"
          />
          <Field
            label={t("password")}
            value={password}
            type="password"
            autocomplete="new-password"
            minLength={8}
            required
            hint={t("password_hint")}
          />
          <button type="button" class="button quiet" onClick={() => (step.value = "log-in")}>
            {t("have_account")}
          </button>
        </Form>
      );
    case "join-person":
      return <Person phone={phone.value} password={password.value} onDone={askCode} />;
    case "code":
      return <CodeStep phone={phone.value} userId={userId.value} onTokens={takeTokens} />;
  }
}

/** A new player goes on to verification, and from there to where they came from. */
function takeTokens(tokens: Tokens): void {
  keepTokens(tokens);
  if (tokens.user.is_verified) finishSheet();
  else openSheet("verify", sheet.value?.returnTo ?? null);
}

interface LogInProps {
  readonly phone: Signal<string>;
  readonly password: Signal<string>;
  readonly onJoin: () => void;
  /** The password was right, the number is not confirmed; gives the registration's user id where the API told it. */
  readonly onUnconfirmed: (userId: string | null) => void;
}

function LogIn({ phone, password, onJoin, onUnconfirmed }: LogInProps): JSX.Element {
  const send = async (): Promise<void> => {
    phoneInUse.value = phone.value;
    try {
      await logIn(phone.value, password.value);
      finishSheet();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "PHONE_NOT_VERIFIED") throw error;
      await call("POST", "/api/v1/auth/resend", { body: { phone_number: phone.value } });
      onUnconfirmed(typeof error.details.user_id === "string" ? error.details.user_id : null);
    }
  };
  return (
    <Form action={t("log_in")} send={send}>
      <Field
        label={t("phone_number")}
        value={phone}
        type="tel"
        inputMode="tel"
        autocomplete="username"
        required
        placeholder="0712 345 678"
      />
      <Field label={t("password")} value={password} type="password" autocomplete="current-password" required />
      <button type="button" class="button quiet" id="join" onClick={onJoin}>
        {t("new_here")}
      </button>
    </Form>
  );
}

function Person({ phone, password, onDone }: { phone: string; password: string; onDone: (userId: string) => void }): JSX.Element {
  const fullName = useSignal("");
  const born = useSignal("");
  const nationalId = useSignal("");
  const send = async (): Promise<void> => {
    const { user_id: userId } = await call<{ user_id: string }>("POST", "/api/v1/auth/register", {
      body: {
        phone_number: phone,
        password,
        full_name: fullName.value,
        date_of_birth: born.value,
        national_id: nationalId.value,
      },
    });
    onDone(userId);
  };
  return (
    <Form action={t("create_account")} send={send}>
      <p class="muted">{t("step_of", { step: 2, steps: 3 })}</p>
      <Field label={t("full_name")} value={fullName} autocomplete="name" required />
      <Field label={t("date_of_birth")} value={born} type="date" autocomplete="bday" required hint={t("age_confirm")} />
      <Field label={t("national_id")} value={nationalId} inputMode="numeric" autocomplete="off" required />
    </Form>
  );
}
