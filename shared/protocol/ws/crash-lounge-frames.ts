/** From the lounge's values to its socket's frames; HTTP answers have the same shapes. */
import { toRfc3339, unixMs } from "../../kernel/time.ts";
import { toMajor } from "../../money/amount.ts";
import { minor } from "../../money/minor.ts";
import type { ChatMessage, RainView } from "../rpc/crash-lounge.ts";
import type { ChatMessageFrame, RainFrame } from "./crash-lounge.ts";

export function messageFrame({ messageId, author, name, text, sentAtMs }: ChatMessage): ChatMessageFrame {
  return { message_id: messageId, author, name, text, sent_at: toRfc3339(unixMs(sentAtMs)) };
}

export function rainFrame(rain: RainView): RainFrame {
  const { rainId, state, amountMinor, shares, claims, endsAtMs, commitment, seed, drawn } = rain;
  const times = { ends_at: toRfc3339(unixMs(endsAtMs)) };
  return { rain_id: rainId, state, amount: toMajor(minor(amountMinor)), shares, claims, ...times, commitment, seed, drawn };
}
