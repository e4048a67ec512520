/** What the real API checks of each request before it takes it; the first broken rule names its field in the error. */
import { darajaInstant, darajaPassword } from "../../shared/payments/daraja/clock.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface AppSettings {
  readonly shortcode: string;
  readonly passkey: string;
  readonly b2cShortcode: string;
  readonly initiatorName: string;
}

type Rule = readonly [field: string, isRight: (value: string, fields: Fields) => boolean];

const MSISDN = /^254[17]\d{8}$/;
/** In any case, anywhere in the address. */
const BANNED_IN_URL = /mpesa|safaricom|exe|cmd|sql|query/i;
/** A request's time may differ from ours by this much; a client that forgot East Africa Time is three hours off. */
const CLOCK_MS_MAX = 3_600_000;
const CREDENTIAL_BYTES = 256;

const whole =
  (min: number, max: number) =>
  (value: string): boolean =>
    /^\d{1,6}$/.test(value) && Number(value) >= min && Number(value) <= max;

function isCallbackUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && !BANNED_IN_URL.test(value);
}

export function stkRules(app: AppSettings, nowMs: number): readonly Rule[] {
  return [
    ...passwordRules(app, nowMs),
    ["TransactionType", (value) => value === "CustomerPayBillOnline" || value === "CustomerBuyGoodsOnline"],
    ["Amount", whole(1, 250_000)],
    ["PartyA", (value) => MSISDN.test(value)],
    ["PartyB", (value) => /^\d{5,7}$/.test(value)],
    ["PhoneNumber", (value) => MSISDN.test(value)],
    ["CallBackURL", isCallbackUrl],
    ["AccountReference", (value) => /^[A-Za-z0-9]{1,12}$/.test(value)],
    ["Remarks", (_value, fields) => /^.{1,13}$/.test(textOf(fields.TransactionDesc))],
  ];
}

export function passwordRules(app: AppSettings, nowMs: number): readonly Rule[] {
  return [
    ["BusinessShortCode", (value) => value === app.shortcode],
    ["Timestamp", (value) => Math.abs((darajaInstant(value) ?? 0) - nowMs) < CLOCK_MS_MAX],
  ];
}

export function isPassword(app: AppSettings, fields: Fields): boolean {
  return textOf(fields.Password) === darajaPassword(app.shortcode, app.passkey, textOf(fields.Timestamp));
}

export function b2cRules(app: AppSettings): readonly Rule[] {
  return [
    ["OriginatorConversationID", (value) => value.length > 0 && value.length <= 64],
    ["InitiatorName", (value) => value.length > 0],
    ["SecurityCredential", isCredential],
    ["CommandID", (value) => /^(BusinessPayment|SalaryPayment|PromotionPayment)$/.test(value)],
    ["Amount", whole(10, 250_000)],
    ["PartyA", (value) => value === app.b2cShortcode],
    ["PartyB", (value) => MSISDN.test(value)],
    ["Remarks", (value) => value.length >= 2 && value.length <= 100],
    ["QueueTimeOutURL", isCallbackUrl],
    ["ResultURL", isCallbackUrl],
  ];
}

export function statusRules(app: AppSettings): readonly Rule[] {
  return [
    ["Initiator", (value) => value.length > 0],
    ["SecurityCredential", isCredential],
    ["CommandID", (value) => value === "TransactionStatusQuery"],
    ["PartyA", (value) => value === app.b2cShortcode],
    ["IdentifierType", (value) => /^[124]$/.test(value)],
    ["OriginalConversationID", (value, fields) => value !== "" || textOf(fields.TransactionID) !== ""],
    ["QueueTimeOutURL", isCallbackUrl],
    ["ResultURL", isCallbackUrl],
  ];
}

/** The field of the first broken rule, or null. */
export function firstBroken(rules: readonly Rule[], fields: Fields): string | null {
  return rules.find(([field, isRight]) => !isRight(textOf(fields[field]), fields))?.[0] ?? null;
}

export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function isCredential(value: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(value) && Buffer.from(value, "base64").length === CREDENTIAL_BYTES;
}
