/**
 * What holds around a crash game, by country: who may be shown, what the chat takes, how a rain of free bets runs. Each file of rules
 * holds the shape and every country's data.
 */
import type { Country } from "./tenant.ts";

/** What a message may not contain; `pattern` is the source of a regular expression with Unicode classes, matched without regard to case. */
export interface BannedText {
  readonly kind: "link" | "phone_number" | "payment_code";
  readonly pattern: string;
  /** Matched against the text with everything between digits taken out, so that spaces hide no number. */
  readonly joinsDigits: boolean;
}

export interface ChatRules {
  readonly charsMax: number;
  readonly messagesPerMinute: number;
  readonly reportsPerDay: number;
  /** Players that one may mute. */
  readonly mutesMax: number;
  /** Newest messages that are kept. */
  readonly historyMessages: number;
  /** Sockets that one lounge holds. */
  readonly seats: number;
  readonly banned: readonly BannedText[];
}

export interface RainRules {
  /** Claims are taken for so long; all that come in it are alike. */
  readonly claimSecondsMin: number;
  readonly claimSecondsMax: number;
  /** Free bets of one rain. */
  readonly sharesMax: number;
}

export interface LoungeRules {
  /** The text that a player consents to; its version is kept with each consent. */
  readonly consentWording: string;
  /** How often a player may consent in 24 hours; withdrawals are never refused. */
  readonly consentsPerDay: number;
  readonly chat: ChatRules;
  readonly rain: RainRules;
}

const LINKS: BannedText = {
  kind: "link",
  pattern: "https?:|www\\.|\\b[a-z0-9-]{2,}\\s?\\.\\s?(?:com|net|org|info|bet|me|ly|co|io|xyz|ke|ng|gh|tz|ug)\\b|t\\.me|wa\\.me",
  joinsDigits: false,
};
const PHONES: BannedText = { kind: "phone_number", pattern: "\\p{Nd}{7,}", joinsDigits: true };
/** Tills, paybills and account numbers are asked for by name. */
const TILLS: BannedText = {
  kind: "payment_code",
  pattern: "\\b(?:till|paybill|acc(?:oun)?t|momo|opay)\\P{Nd}{0,12}\\p{Nd}{4,}",
  joinsDigits: true,
};
/** Ten capitals and digits, beginning with a letter: a mobile-money receipt. */
const RECEIPTS: BannedText = { kind: "payment_code", pattern: "\\b(?=[a-z0-9]*\\d)[a-z][a-z0-9]{9}\\b", joinsDigits: false };

const CHAT: ChatRules = {
  charsMax: 160,
  messagesPerMinute: 6,
  reportsPerDay: 20,
  mutesMax: 200,
  historyMessages: 100,
  seats: 2_000,
  banned: [LINKS, PHONES, TILLS, RECEIPTS],
};

const RAIN: RainRules = { claimSecondsMin: 5, claimSecondsMax: 120, sharesMax: 500 };

const RULES: Readonly<Record<Country, LoungeRules>> = {
  KE: { consentWording: "KE-shown-name-1", consentsPerDay: 5, chat: CHAT, rain: RAIN },
  NG: { consentWording: "NG-shown-name-1", consentsPerDay: 5, chat: CHAT, rain: RAIN },
  GH: { consentWording: "GH-shown-name-1", consentsPerDay: 5, chat: CHAT, rain: RAIN },
};

export function loungeRulesOf(country: Country): LoungeRules {
  return RULES[country];
}
