/**
 * What may be said in a crash game's chat. Text is brought into one form first, so that what is judged is what others would read: wide
 * digits become digits, and what can't be seen is taken out.
 */
import { err, ok, type Result } from "../kernel/result.ts";
import type { BannedText, ChatRules } from "../tenants/crash-lounge.ts";

export type ChatTextProblem = "empty" | "too_long" | BannedText["kind"];

/** Characters without width, marks of direction, and controls. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** Digits of any script. */
const BETWEEN_DIGITS = /(?<=\p{Nd})[^\p{L}\p{Nd}]{1,4}(?=\p{Nd})/gu;

/** The text as it would be shown, or why it would not. */
export function chatText(raw: string, rules: ChatRules): Result<string, ChatTextProblem> {
  const text = raw.normalize("NFKC").replace(UNSEEN, " ").replace(/\s+/g, " ").trim();
  if (text === "") return err("empty");
  if ([...text].length > rules.charsMax) return err("too_long");
  const joined = text.replace(BETWEEN_DIGITS, "");
  const banned = rules.banned.find(({ pattern, joinsDigits }) => new RegExp(pattern, "iu").test(joinsDigits ? joined : text));
  return banned === undefined ? ok(text) : err(banned.kind);
}
