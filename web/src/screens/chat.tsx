/** The chat of the crash game, and a rain of free bets over it. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ChatMessageFrame, RainFrame } from "../../../shared/protocol/ws/crash-lounge.ts";
import { Field, Form } from "../components/field.tsx";
import { clockTime, shortMoney } from "../format.ts";
import { type MessageKey, t } from "../i18n/i18n.ts";
import { round } from "../stores/crash.ts";
import {
  claimedRain,
  claimRain,
  enterLounge,
  hasShare,
  isLoungeUp,
  messages,
  muteAuthor,
  muted,
  rain,
  refreshMutes,
  reportMessage,
  sayInChat,
  unmuteAuthor,
} from "../stores/lounge.ts";
import { currency, profile } from "../stores/player.ts";
import { openSheet } from "../stores/sheet.ts";
import { say, sayTrouble } from "../stores/toasts.ts";

const CHARS_MAX = 160;

export function Chat(): JSX.Element {
  const gameId = round.value?.game_id ?? "current";
  const isVerified = profile.value?.is_verified ?? false;
  useEffect(() => (isVerified ? enterLounge(gameId) : undefined), [gameId, isVerified]);
  if (!isVerified)
    return (
      <div class="chat">
        <p class="muted">{t("chat_verify")}</p>
        <button type="button" class="button brand" onClick={() => openSheet("verify", "chat")}>
          {t("verify_identity")}
        </button>
      </div>
    );
  return (
    <div class="chat">
      {rain.value === null ? null : <Rain gameId={gameId} now={rain.value} />}
      <Messages gameId={gameId} />
      <Composer gameId={gameId} />
      <Muted gameId={gameId} />
    </div>
  );
}

function Rain({ gameId, now }: { gameId: string; now: RainFrame }): JSX.Element {
  const amount = shortMoney(now.amount, currency.value);
  return (
    <section class="rain" role="status">
      <strong>{t("rain", { shares: now.shares, amount })}</strong>
      {now.state === "OPEN" && claimedRain.value !== now.rain_id ? (
        <button type="button" class="button brand" id="claim-rain" onClick={() => void claimRain(gameId, now.rain_id).catch(sayTrouble)}>
          {t("rain_claim")}
        </button>
      ) : (
        <span>{t(rainState(now), { amount })}</span>
      )}
    </section>
  );
}

function rainState(now: RainFrame): MessageKey {
  if (now.state === "OPEN") return "rain_claimed";
  if (hasShare.value === true) return now.state === "SETTLED" ? "rain_given" : "rain_won";
  return claimedRain.value === now.rain_id ? "rain_lost" : "rain_over";
}

function Messages({ gameId }: { gameId: string }): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  const count = messages.value.length;
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [count]);
  if (count === 0) return <p class="muted chat-messages">{t(isLoungeUp.value ? "chat_empty" : "loading")}</p>;
  return (
    <ul class="chat-messages" ref={list} aria-live="polite">
      {messages.value.map((message) => (
        <Message key={message.message_id} gameId={gameId} message={message} />
      ))}
    </ul>
  );
}

function Message({ gameId, message }: { gameId: string; message: ChatMessageFrame }): JSX.Element {
  const report = async (): Promise<void> => {
    await reportMessage(gameId, message.message_id, "reported on the page");
    say(t("chat_reported"), "good");
  };
  return (
    <li>
      <details>
        <summary>
          <strong>{nameOf(message)}</strong>
          <span class="muted small">{clockTime(message.sent_at)}</span>
          <span class="chat-text">{message.text}</span>
        </summary>
        <div class="chat-actions">
          <button type="button" class="chip" onClick={() => void muteAuthor(gameId, message.author).catch(sayTrouble)}>
            {t("chat_mute")}
          </button>
          <button type="button" class="chip" onClick={() => void report().catch(sayTrouble)}>
            {t("chat_report")}
          </button>
        </div>
      </details>
    </li>
  );
}

function Muted({ gameId }: { gameId: string }): JSX.Element | null {
  useEffect(() => void refreshMutes(gameId).catch(sayTrouble), [gameId]);
  if (muted.value.length === 0) return null;
  return (
    <section aria-label={t("chat_muted")}>
      <h3>{t("chat_muted")}</h3>
      <div class="chat-actions">
        {muted.value.map((author) => (
          <button key={author.author} type="button" class="chip" onClick={() => void unmuteAuthor(gameId, author.author).catch(sayTrouble)}>
            {t("chat_unmute", { player: nameOf(author) })}
          </button>
        ))}
      </div>
    </section>
  );
}

function nameOf({ name, author }: Pick<ChatMessageFrame, "author" | "name">): string {
  return name ?? t("player_tag", { tag: author.slice(0, 4) });
}

function Composer({ gameId }: { gameId: string }): JSX.Element {
  const text = useSignal("");
  const send = async (): Promise<void> => {
    await sayInChat(gameId, text.value);
    text.value = "";
  };
  return (
    <Form action={t("chat_send")} send={send} disabled={text.value.trim() === ""}>
      <Field label={t("chat_message")} value={text} maxLength={CHARS_MAX} autocomplete="off" hint={t("chat_rules")} />
    </Form>
  );
}
