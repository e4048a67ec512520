/**
 * A pretended phone beside the page, on development machines only: the SMS that would come, the payment prompts that would open, and
 * the feed's remote control. It talks to the simulators alone, never to the platform.
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Icon } from "../components/icons.tsx";
import { phoneInUse } from "../stores/player.ts";
import { say } from "../stores/toasts.ts";
import { FeedControl } from "./feed-control.tsx";
import { answerPrompt, areSimulatorsUp, promptsOf, type Sms, type StkPrompt, smsTo, waitForPerson } from "./simulators.ts";
import "../styles/dev.css";

const POLL_MS = 1_000;

export function DevPanel(): JSX.Element | null {
  const isUp = useSignal(false);
  const isOpen = useSignal(false);
  const messages = useSignal<readonly Sms[]>([]);
  const prompts = useSignal<readonly StkPrompt[]>([]);
  const seen = useSignal(0);
  const phone = phoneInUse.value;
  useEffect(() => {
    void areSimulatorsUp().then((up) => {
      isUp.value = up;
    });
  }, []);
  useEffect(() => {
    if (!isUp.value || phone === "") return undefined;
    waitForPerson(phone).catch(sayFailure);
    const read = async (): Promise<void> => {
      [messages.value, prompts.value] = await Promise.all([smsTo(phone), promptsOf(phone)]);
      if (isOpen.value) seen.value = messages.value.length;
    };
    const timer = setInterval(() => void read().catch(() => undefined), POLL_MS);
    return () => clearInterval(timer);
  }, [phone, isUp.value]);
  if (!isUp.value) return null;
  const news = Math.max(0, messages.value.length - seen.value) + prompts.value.length;
  return (
    <aside class={`dev ${isOpen.value ? "open" : ""}`} aria-label="Development phone">
      <button
        type="button"
        class="dev-launch"
        id="dev-phone"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
          seen.value = messages.value.length;
        }}
      >
        <Icon name={isOpen.value ? "close" : "phone"} />
        <span class="visually-hidden">Development phone</span>
        {news > 0 && !isOpen.value ? <b class="dev-news">{news}</b> : null}
      </button>
      {isOpen.value ? <Phone phone={phone} messages={messages.value} prompts={prompts.value} /> : null}
    </aside>
  );
}

function sayFailure(error: unknown): void {
  say(`Simulator: ${error instanceof Error ? error.message : String(error)}`, "bad");
}

interface PhoneProps {
  readonly phone: string;
  readonly messages: readonly Sms[];
  readonly prompts: readonly StkPrompt[];
}

function Phone({ phone, messages, prompts }: PhoneProps): JSX.Element {
  return (
    <div class="dev-phone">
      <p class="dev-title">
        <strong>Development phone</strong>
        <span>{phone === "" ? "no number in use yet" : phone}</span>
      </p>
      {prompts.map((prompt) => (
        <Prompt key={prompt.checkout_request_id} prompt={prompt} />
      ))}
      <h3>SMS</h3>
      {messages.length === 0 ? <p class="dev-quiet">No messages.</p> : null}
      <ul class="dev-sms">
        {messages.slice(0, 5).map((message, index) => (
          <li key={messages.length - index}>
            <Text text={message.text} />
          </li>
        ))}
      </ul>
      <FeedControl onFailure={sayFailure} />
    </div>
  );
}

/** Codes can be tapped to copy them. */
function Text({ text }: { text: string }): JSX.Element {
  const code = /\b\d{6}\b/.exec(text)?.[0];
  return (
    <>
      {text}
      {code === undefined ? null : (
        <button
          type="button"
          class="dev-button"
          data-code={code}
          onClick={() => void navigator.clipboard.writeText(code).catch(sayFailure)}
        >
          Copy {code}
        </button>
      )}
    </>
  );
}

function Prompt({ prompt }: { prompt: StkPrompt }): JSX.Element {
  const answer = (action: "approve" | "cancel" | "wrong_pin"): void =>
    void answerPrompt(prompt.checkout_request_id, action).catch(sayFailure);
  return (
    <section class="dev-prompt" aria-label="Payment prompt">
      <p>
        Do you want to pay <b>KES {prompt.amount}</b> to MKEKA?
      </p>
      <div class="dev-row">
        <button type="button" class="dev-button good" onClick={() => answer("approve")}>
          Enter PIN
        </button>
        <button type="button" class="dev-button" onClick={() => answer("wrong_pin")}>
          Wrong PIN
        </button>
        <button type="button" class="dev-button" onClick={() => answer("cancel")}>
          Cancel
        </button>
      </div>
    </section>
  );
}
