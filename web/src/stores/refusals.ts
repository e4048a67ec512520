/**
 * What a player reads when the API refuses: in their language and with their money where the page knows the case.
 *
 * Otherwise the API's first sentence, which says what happened; what follows it is written for programs.
 */
import type { ErrorCode } from "../../../shared/protocol/http/errors.ts";
import { dayAndTime, money } from "../format.ts";
import { type MessageKey, t } from "../i18n/i18n.ts";
import { currency } from "./player.ts";

/** A refusal's message, and the members of its details that the message names. */
const REFUSALS: Partial<Readonly<Record<ErrorCode, MessageKey>>> = {
  INVALID_CREDENTIALS: "refused_credentials",
  CODE_INVALID: "refused_code",
  CODE_EXPIRED: "refused_code_expired",
  PHONE_TAKEN: "refused_phone_taken",
  ACCOUNT_LOCKED: "refused_locked",
  USER_NOT_VERIFIED: "refused_not_verified",
  INSUFFICIENT_BALANCE: "refused_balance",
  STAKE_TOO_LOW: "refused_too_low",
  AMOUNT_TOO_LOW: "refused_too_low",
  STAKE_TOO_HIGH: "refused_too_high",
  AMOUNT_TOO_HIGH: "refused_too_high",
  LIMIT_REACHED: "refused_limit",
  SELF_EXCLUDED: "refused_excluded",
  WALLET_FROZEN: "refused_frozen",
  MARKET_CLOSED: "refused_closed",
  MARKET_SUSPENDED: "some_suspended",
  ODDS_CHANGED: "odds_changed",
  FREE_BET_REFUSED: "refused_free_bet",
  EACH_WAY_REFUSED: "refused_each_way",
  PROMOTION_REFUSED: "refused_promotion",
  CHAT_REFUSED: "refused_chat",
  RAIN_REFUSED: "refused_rain",
  RATE_LIMIT_EXCEEDED: "refused_too_often",
};

/** As an answer of the API and a frame of a socket both say it. */
export interface Refusal {
  readonly code: ErrorCode | "UNKNOWN";
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export function refusalText(error: Refusal): string {
  if (error.code === "VALIDATION_FAILED") return fieldsText(error);
  const key = error.code === "UNKNOWN" ? undefined : REFUSALS[error.code];
  if (key === undefined) return error.message.split(/(?<=[.!?])\s/, 1)[0] ?? error.message;
  return t(key, readable(error.details));
}

/** The fields that are wrong, with what is wrong with them. */
function fieldsText({ message, details }: Refusal): string {
  const problems = Object.entries(details.fields ?? {}).map(([field, problem]) => `${field.replaceAll("_", " ")} ${problem}`);
  return problems.length === 0 ? message : problems.join("; ");
}

/** Amounts are numbers in major units and instants are texts; counts stay as they are. */
function readable(details: Readonly<Record<string, unknown>>): Record<string, string | number> {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(details)) {
    if (name === "attempts_left" && typeof value === "number") values[name] = value;
    else if (typeof value === "number") values[name] = money(value, currency.value);
    else if (name === "until" && typeof value === "string") values[name] = dayAndTime(value);
  }
  if (details.until === null) values.until = t("forever");
  return values;
}
