/**
 * What operators and tables say to a CrashGame about its fairness: chains that were made offline, why a game is closed, and what its bets
 * returned.
 */
import type { ChainStatement } from "../../crash/chain-file.ts";
import type { Component } from "../../crash/release.ts";
import type { PlayedRound, RtpSums, RtpVerdict } from "../../crash/rtp-monitor.ts";
import type { Result } from "../../kernel/result.ts";

export type { ChainStatement, Component, PlayedRound };

/**
 * `chain_broken`: the next hash does not follow from the last one, or can't be opened. `config_differs`: a chain's row is not what it
 * was published with. `chain_ended`: no chain is there for the next round. `rtp_breach`: the return left its interval. `operator`: an
 * operator's decision, whose reason is in the audit log.
 */
export const CLOSING_REASONS = ["chain_broken", "config_differs", "chain_ended", "rtp_breach", "operator"] as const;
export type ClosingReason = (typeof CLOSING_REASONS)[number];

export interface Closing {
  readonly reason: ClosingReason;
  readonly detail: string;
  readonly closedAtMs: number;
}

/** How far an import has come. */
export interface ChainImport {
  readonly terminatingHash: string;
  readonly pages: number;
  /** The page to send next; equal to `pages` when all are in. */
  readonly nextPage: number;
}

export type ChainRefusal =
  /** A chain with this end is the game's already, played or to be played. */
  | { readonly reason: "chain_known" }
  /** The statement is not about this game, its release and the tenant's data of today; `field` says where. */
  | { readonly reason: "statement_differs"; readonly field: string }
  | { readonly reason: "no_import" }
  | { readonly reason: "wrong_page"; readonly expected: number }
  /** Not sealed for this place with the game's secret, or not of one chain with the pages before it. */
  | { readonly reason: "page_broken" }
  | { readonly reason: "incomplete"; readonly nextPage: number }
  /** Whoever brought the chain can't be the one who publishes it. */
  | { readonly reason: "same_person" };

/** `not_offline`: in production only chains that were made offline are played. */
export type SaltRefusal = { readonly reason: "already_fixed" | "not_a_salt" | "wrong_source" | "same_person" | "not_offline" };

export interface ChainView {
  readonly number: number;
  readonly origin: "object" | "offline";
  readonly terminatingHash: string;
  readonly length: number;
  readonly firstRound: number;
  readonly publishedAtMs: number;
  readonly hasSalt: boolean;
  /** The statement's announced source; null for a chain that the object made. */
  readonly announcedSource: string | null;
}

export interface RtpView extends RtpVerdict {
  readonly span: "lifetime" | "window";
  readonly sinceMs: number;
  readonly sums: RtpSums;
}

/** A game as its operators see it. */
export interface GameReport {
  readonly gameId: string;
  readonly closing: Closing | null;
  readonly chains: readonly ChainView[];
  readonly importing: ChainImport | null;
  readonly rtp: readonly RtpView[];
}

export interface CrashFairnessRpc {
  /** Begins to bring in a chain; an import that was not finished is dropped. */
  beginChain(statement: ChainStatement, by: string): Promise<Result<ChainImport, ChainRefusal>>;
  /** Takes the next page, sealed as the file has it, when every link of it follows. A page that is in already changes nothing. */
  addChainPage(terminatingHash: string, page: number, sealed: string): Promise<Result<ChainImport, ChainRefusal>>;
  /** Commits to a complete chain: from here on its terminating hash is public. */
  publishChain(terminatingHash: string, by: string): Promise<Result<ChainView, ChainRefusal>>;
  /** What a table's bets of a finished round came to. Idempotent by table and round. */
  recordPlayed(tableName: string, roundNumber: number, part: PlayedRound): Promise<void>;
  fairnessReport(): Promise<GameReport>;
  /** Closes the game: the round that is on ends by its rules, and none opens. Says whether it was open; a first reason stays. */
  close(): Promise<boolean>;
  /** Lets a closed game open rounds again; after a breach the sums start anew. Says whether it was closed. */
  reopen(): Promise<boolean>;
}
