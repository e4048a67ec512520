/** Deposit limits and self-exclusion: two plain forms that a player finds without looking for them. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { parseMajor, toMajor } from "../../../shared/money/amount.ts";
import { call } from "../api/client.ts";
import { Field, Form } from "../components/field.tsx";
import { dayAndTime } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { refreshProfile, refreshWallet } from "../stores/account.ts";
import { profile } from "../stores/player.ts";
import { say } from "../stores/toasts.ts";

export function SaferPlay(): JSX.Element {
  return (
    <section class="safer-play" id="safer-play">
      <details class="card">
        <summary>{t("limits")}</summary>
        {profile.value === null ? null : <Limits />}
      </details>
      <details class="card">
        <summary>{t("self_exclusion")}</summary>
        <Exclusion />
      </details>
    </section>
  );
}

function Limits(): JSX.Element {
  const day = useSignal(asText(profile.value?.daily_deposit_limit));
  const week = useSignal(asText(profile.value?.weekly_deposit_limit));
  const month = useSignal(asText(profile.value?.monthly_deposit_limit));
  const send = async (): Promise<void> => {
    const body = {
      daily_deposit_limit: asLimit(day.value),
      weekly_deposit_limit: asLimit(week.value),
      monthly_deposit_limit: asLimit(month.value),
    };
    await call("PUT", "/api/v1/users/me", { body });
    await Promise.all([refreshProfile(), refreshWallet()]);
    say(t("limits_saved"), "good");
  };
  return (
    <Form action={t("save")} send={send}>
      <Field label={t("limit_day")} value={day} inputMode="decimal" placeholder={t("no_limit")} />
      <Field label={t("limit_week")} value={week} inputMode="decimal" placeholder={t("no_limit")} />
      <Field label={t("limit_month")} value={month} inputMode="decimal" placeholder={t("no_limit")} />
      <p class="muted small">{t("limits_note")}</p>
    </Form>
  );
}

function asText(limit: number | null | undefined): string {
  return limit === null || limit === undefined ? "" : String(limit);
}

/** An empty field means no limit; anything that is no amount goes to the server as typed, whose sentence is shown. */
function asLimit(text: string): number | string | null {
  if (text.trim() === "") return null;
  const parsed = parseMajor(text.trim());
  return parsed.ok ? toMajor(parsed.value) : text;
}

const DURATIONS_DAYS = [1, 7, 30, 180] as const;

function Exclusion(): JSX.Element {
  const days = useSignal<number | null>(null);
  const isChosen = useSignal(false);
  const exclusion = profile.value?.self_exclusion ?? null;
  if (exclusion !== null) {
    return (
      <p class="note">{exclusion.until === null ? t("excluded_forever") : t("excluded_until", { time: dayAndTime(exclusion.until) })}</p>
    );
  }
  const name = (duration: number | null): string => (duration === null ? t("forever") : t("days", { count: duration }));
  const send = async (): Promise<void> => {
    const body = days.value === null ? { permanent: true, reason: "player" } : { duration_days: days.value, reason: "player" };
    await call("POST", "/api/v1/users/me/self-exclude", { body });
    await refreshProfile();
  };
  return (
    <Form
      action={isChosen.value ? t("exclude_confirm", { duration: name(days.value) }) : t("exclude_me")}
      tone="danger"
      disabled={!isChosen.value}
      send={send}
    >
      <p class="muted small">{t("exclusion_note")}</p>
      <div class="quick">
        {[...DURATIONS_DAYS, null].map((duration) => (
          <button
            key={String(duration)}
            type="button"
            class="chip"
            aria-pressed={isChosen.value && days.value === duration}
            onClick={() => {
              days.value = duration;
              isChosen.value = true;
            }}
          >
            {name(duration)}
          </button>
        ))}
      </div>
    </Form>
  );
}
