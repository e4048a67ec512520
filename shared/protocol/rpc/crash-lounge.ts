/**
 * What callers say to a CrashLounge: the people around one crash game, named `<country>:<game id>`. It owns who may be shown, the chat,
 * and rains of free bets. Additive only. Times are milliseconds, amounts minor units.
 */
import type { ChatTextProblem } from "../../crash/chat-text.ts";
import type { Result } from "../../kernel/result.ts";
import type { FreeBetTerms } from "../../tenants/sports/promotions.ts";

/** A player's consent to be shown to others, as it stands. */
export interface ShownName {
  /** Masked; null while the player is not shown. */
  readonly name: string | null;
  readonly consentedAtMs: number | null;
  readonly withdrawnAtMs: number | null;
  /** The version of the text that was consented to. */
  readonly wording: string | null;
}

export type NameReply<T> = Result<T, { readonly reason: "too_many" }>;

export interface MutedAuthor {
  readonly author: string;
  /** Masked; null for one who is not shown. */
  readonly name: string | null;
}

export interface ChatMessage {
  readonly messageId: string;
  /** Names the author in this lounge only, for muting. */
  readonly author: string;
  /** Masked; null for one who is not shown. */
  readonly name: string | null;
  readonly text: string;
  readonly sentAtMs: number;
}

export type ChatRefusal =
  | { readonly reason: "text"; readonly problem: ChatTextProblem }
  | { readonly reason: "too_fast"; readonly retryAfterMs: number }
  | { readonly reason: "silenced"; readonly untilMs: number }
  | { readonly reason: "too_many" }
  | { readonly reason: "not_found" };

export interface SayInChat {
  readonly userId: string;
  /** The client's key: with the user it names the message. */
  readonly key: string;
  readonly text: string;
}

export interface MuteAuthor {
  readonly userId: string;
  readonly author: string;
  readonly muted: boolean;
}

export interface ReportMessage {
  readonly userId: string;
  readonly messageId: string;
  readonly why: string;
}

export type ChatReply<T> = Result<T, ChatRefusal>;

export interface ChatReport {
  readonly reportId: string;
  readonly message: ChatMessage;
  /** Whose message it is: operators may know. */
  readonly authorUserId: string;
  readonly reporterUserId: string;
  readonly why: string;
  readonly reportedAtMs: number;
}

export interface StartRain {
  readonly rainId: string;
  readonly campaignId: string;
  /** Of one share. */
  readonly amountMinor: number;
  readonly shares: number;
  readonly claimMs: number;
  /** Of the campaign when the rain starts: a promise, whatever becomes of the campaign. */
  readonly terms: FreeBetTerms;
  readonly days: number;
}

export type RainState = "OPEN" | "DRAWN" | "SETTLED";

/** A rain as players see it. */
export interface RainView {
  readonly rainId: string;
  readonly state: RainState;
  readonly amountMinor: number;
  readonly shares: number;
  readonly claims: number;
  readonly endsAtMs: number;
  /** SHA-256 of the seed, shown from the start. */
  readonly commitment: string;
  /** Shown with the draw. */
  readonly seed: string | null;
  /** How many got a share. */
  readonly drawn: number;
}

/** A claim in the order of the draw. */
export interface RainClaim {
  /** What was drawn: the name that the lounge gives its people. */
  readonly author: string;
  readonly userId: string;
  /** From 1. */
  readonly position: number;
  /** `granted`, or why not; null without a share, and until the wallet has answered. */
  readonly outcome: string | null;
}

/** What became of an outbox row; `userId` is null for the row that ends a rain. */
export interface RainOutcome {
  readonly seq: number;
  readonly rainId: string;
  readonly userId: string | null;
  readonly outcome: string;
}

export type RainRefusal =
  | { readonly reason: "not_found" }
  | { readonly reason: "rain_runs"; readonly rainId: string }
  | { readonly reason: "rain_over" }
  | { readonly reason: "not_present" };

export interface CrashLoungeRpc {
  /** How the player's consent stands. */
  shownName(userId: string): Promise<ShownName>;
  /** Consents under a wording, or withdraws with null. Idempotent: the same again is not noted again. Refuses `too_many` consents. */
  setShownName(userId: string, name: string | null, wording: string): Promise<NameReply<ShownName>>;
  /** Masked names in the order of the ids; null for those who are not shown. */
  namesOf(userIds: readonly string[]): Promise<readonly (string | null)[]>;

  /** What the player may read, oldest first. */
  messages(userId: string): Promise<readonly ChatMessage[]>;
  /** Idempotent by key while the message is kept. */
  say(command: SayInChat): Promise<ChatReply<ChatMessage>>;
  /** Refuses `not_found` for an author that is none, `too_many`. Idempotent. */
  mute(command: MuteAuthor): Promise<ChatReply<null>>;
  /** Whom the player does not read. */
  mutes(userId: string): Promise<readonly MutedAuthor[]>;
  /** Refuses `not_found` and `too_many`; a second report of a message by one player is the first. */
  reportMessage(command: ReportMessage): Promise<ChatReply<null>>;
  /** The player's sockets are closed: nothing more is read here. */
  expel(userId: string): Promise<void>;

  /** For operators: takes a message out of sight. Refuses `not_found`. */
  deleteMessage(messageId: string): Promise<ChatReply<null>>;
  /** For operators: the author can't write until then. Refuses `not_found`. */
  silence(author: string, untilMs: number): Promise<ChatReply<{ readonly userId: string }>>;
  /** Reports that nobody has closed, oldest first. */
  reports(limit: number): Promise<readonly ChatReport[]>;
  closeReport(reportId: string, by: string): Promise<ChatReply<null>>;

  /** Idempotent by its id. Refuses `rain_runs` while another takes claims. */
  startRain(command: StartRain): Promise<Result<RainView, RainRefusal>>;
  /** Idempotent. Refuses `not_found`, `rain_over`, `not_present` for a player without a socket here. */
  claimRain(rainId: string, userId: string): Promise<Result<RainView, RainRefusal>>;
  /** A rain with the draw's log; null when there is none of this id. */
  rain(rainId: string): Promise<{ readonly rain: RainView; readonly log: readonly RainClaim[] } | null>;
  /** The rain that runs now or was drawn last; null for none. */
  newestRain(): Promise<RainView | null>;
  /** The outbox rows' effects stand, and how they came out. Idempotent. */
  acknowledge(outcomes: readonly RainOutcome[]): Promise<void>;
}
