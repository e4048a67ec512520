/**
 * Operators' orders on one fixture: sets, undoes, previews and approves, each once per key, each with what stood before and after.
 *
 * An order is decided and stored in the transaction that changes the fixture. Results are changed only on a market that takes no bets,
 * on the preview that the operator saw: what came in between makes it stale.
 */
import { type Canonical, canonical } from "../../shared/kernel/canonical.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import { fieldSheetMarkets } from "../../shared/odds/field-sheet.ts";
import type { FixtureState } from "../../shared/odds/fixture-state.ts";
import { fixtureView } from "../../shared/odds/fixture-view.ts";
import {
  changesResults,
  isSameValue,
  settingAt,
  type TradingChange,
  type TradingSetting,
  traded,
  withSetting,
} from "../../shared/odds/trading.ts";
import type {
  FieldSheet,
  ResultsPreview,
  TradingDone,
  TradingOrder,
  TradingOrderRefusal,
  TradingWish,
} from "../../shared/protocol/rpc/trading.ts";
import { sportsRulesOf } from "../../shared/tenants/sports/index.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import { sha256Hex } from "../platform/hash.ts";
import { type AcceptedBetStore, BEFORE_FIRST_BET, type BetCursor } from "./accepted-bet-store.ts";
import type { ExposureStore } from "./exposure-store.ts";
import { addToPreview, EMPTY_COUNT, type PreviewCount } from "./results-preview.ts";
import type { TradingStore } from "./trading-store.ts";

export interface TradingDeskPorts {
  readonly store: TradingStore;
  readonly bets: AcceptedBetStore;
  readonly exposure: ExposureStore;
  readonly fixture: () => { readonly country: Country; readonly state: FixtureState };
  /** Stores the next state with all that follows from it, and `also` in the same transaction. */
  readonly commit: (after: FixtureState, also: () => void) => void;
}

type Decided = Result<TradingDone, TradingOrderRefusal>;
type Order = TradingOrder & { readonly wish: TradingWish; readonly previewToken: string | null };

interface Meant {
  readonly setting: TradingSetting;
  readonly undoes: number | null;
}

const PAGE_BETS = 1_000;

export class TradingDesk {
  readonly #ports: TradingDeskPorts;

  constructor(ports: TradingDeskPorts) {
    this.#ports = ports;
  }

  trade(order: Order, nowMs: number): Decided {
    const fingerprint = fingerprintOf(["trade", order.operator, order.reason, order.wish, order.previewToken]);
    const known = this.#known(order.key, fingerprint);
    if (known !== null) return known;
    const meant = this.#meant(order.wish, nowMs);
    if (!meant.ok) return meant;
    const { setting, undoes } = meant.value;
    const asked = { key: order.key, operator: order.operator, reason: order.reason };
    if (!changesResults(setting)) return this.#carryOut({ ...asked, fingerprint, setting, undoes, nowMs, preview: null });
    const preview = this.#previewOf(setting, nowMs);
    if (!preview.ok) return preview;
    if (this.#isOpen(setting)) return err({ reason: "market_open" });
    if (preview.value.token !== order.previewToken) return err({ reason: "preview_stale" });
    if (!preview.value.needsApproval) return this.#carryOut({ ...asked, fingerprint, setting, undoes, nowMs, preview: preview.value });
    const { country, state } = this.#ports.fixture();
    const expiresAtMs = nowMs + sportsRulesOf(country).trading.proposalMs;
    const proposed = { ...asked, atMs: nowMs, expiresAtMs, undoes, setting, preview: preview.value };
    const stored: TradingDone[] = [];
    this.#ports.commit(state, () => stored.push({ state: "proposed", proposal: this.#ports.store.addProposal(fingerprint, proposed) }));
    return okOf(stored);
  }

  approve(order: TradingOrder & { readonly proposal: number }, nowMs: number): Decided {
    const fingerprint = fingerprintOf(["approve", order.operator, order.reason, order.proposal]);
    const known = this.#known(order.key, fingerprint);
    if (known !== null) return known;
    const proposal = this.#ports.store.openProposal(order.proposal);
    if (proposal === null) return err({ reason: "unknown_proposal" });
    if (nowMs >= proposal.expiresAtMs) return err({ reason: "proposal_expired" });
    if (proposal.operator === order.operator) return err({ reason: "same_operator" });
    if (proposal.undoes !== null) {
      const meant = this.#meant({ undoes: proposal.undoes }, nowMs);
      if (!meant.ok) return meant;
    }
    const { setting, undoes } = proposal;
    const preview = this.#previewOf(setting, nowMs);
    if (!preview.ok) return preview;
    if (this.#isOpen(setting)) return err({ reason: "market_open" });
    if (preview.value.token !== proposal.preview.token) return err({ reason: "preview_stale" });
    const { operator, reason } = proposal;
    return this.#carryOut(
      { key: order.key, fingerprint, operator, reason, setting, undoes, nowMs, preview: preview.value },
      { operator: order.operator, proposal: proposal.proposal },
    );
  }

  preview(wish: TradingWish, nowMs: number): Result<ResultsPreview, TradingOrderRefusal> {
    const meant = this.#meant(wish, nowMs);
    return meant.ok ? this.#previewOf(meant.value.setting, nowMs) : meant;
  }

  /** Notes what stopped or resumed by itself, in words for traders. Call in the transaction that stores it. */
  noteAutomatic(changes: readonly TradingChange[], nowMs: number): void {
    for (const { before, after } of changes) {
      const [key, cause] = [`system:${crypto.randomUUID()}`, after.kind === "suspension" ? after.cause : after.kind];
      const reason = AUTOMATIC[`${cause}:${after.value === null ? "resumed" : "stopped"}`] ?? cause;
      this.#ports.store.addAction("", { key, operator: `system:${cause}`, reason, atMs: nowMs, ...NO_SECOND, before, after });
    }
  }

  sheet(nowMs: number): FieldSheet {
    const { country, state } = this.#ports.fixture();
    return {
      fixture: fixtureView(state, country),
      resultVersion: state.resultVersion,
      settings: state.trading.settings,
      markets: fieldSheetMarkets(state, (marketId) => this.#ports.exposure.ofMarket(marketId)),
      actions: this.#ports.store.actions(),
      proposals: this.#ports.store.openProposals(nowMs),
    };
  }

  /** The answer that stands under the key; null when it is new. */
  #known(key: string, fingerprint: string): Decided | null {
    const known = this.#ports.store.find(key);
    if (known === null) return null;
    if (known.fingerprint !== fingerprint) return err({ reason: "idempotency_key_reused" });
    if (known.action !== null) return ok({ state: "done", action: known.action });
    return known.proposal === null ? null : ok({ state: "proposed", proposal: known.proposal });
  }

  /** The setting that is meant. An action can be undone while what it set still stands. */
  #meant(wish: TradingWish, nowMs: number): Result<Meant, TradingOrderRefusal> {
    if ("setting" in wish) return ok({ setting: stamped(wish.setting, nowMs), undoes: null });
    const action = this.#ports.store.action(wish.undoes);
    if (action === null) return err({ reason: "unknown_action" });
    const standing = settingAt(this.#ports.fixture().state.trading, action.after);
    if (!isSameValue(standing, action.after)) return err({ reason: "changed_since" });
    return ok({ setting: action.before, undoes: wish.undoes });
  }

  #isOpen(setting: TradingSetting): boolean {
    if (setting.kind !== "result" && setting.kind !== "void") return false;
    return traded(this.#ports.fixture().state).markets.some(({ marketId, status }) => marketId === setting.marketId && status === "active");
  }

  #carryOut(
    asked: TradingOrder & Meant & { readonly fingerprint: string; readonly nowMs: number; readonly preview: ResultsPreview | null },
    approval: { readonly operator: string; readonly proposal: number } | null = null,
  ): Decided {
    const { fingerprint, setting, undoes, nowMs, preview, key, operator, reason } = asked;
    const done = withSetting(this.#ports.fixture().state, setting, nowMs);
    if (!done.ok) return done;
    const { before, after } = done.value.change;
    const stored: TradingDone[] = [];
    this.#ports.commit(done.value.state, () => {
      const action = { key, operator, reason, atMs: nowMs, approvedBy: approval?.operator ?? null, undoes, before, after, preview };
      const kept = this.#ports.store.addAction(fingerprint, action);
      if (approval !== null) this.#ports.store.markApproved(approval.proposal, kept.action);
      stored.push({ state: "done", action: kept });
    });
    return okOf(stored);
  }

  #previewOf(setting: TradingSetting, nowMs: number): Result<ResultsPreview, TradingOrderRefusal> {
    const { country, state } = this.#ports.fixture();
    const done = withSetting(state, setting, nowMs);
    if (!done.ok) return done;
    const marketId = setting.kind === "result" || setting.kind === "void" ? setting.marketId : "";
    const states = { standing: state, planned: done.value.state, nowMs };
    let count: PreviewCount = EMPTY_COUNT;
    let cursor: BetCursor = BEFORE_FIRST_BET;
    for (;;) {
      const page = this.#ports.bets.after(cursor, PAGE_BETS);
      for (const bet of page) count = addToPreview(count, marketId, bet, states);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE_BETS) break;
      cursor = last;
    }
    const { approvalAboveMinor } = sportsRulesOf(country).trading;
    const moved = Math.abs(count.returnedThenMinor - count.returnedNowMinor);
    const token = fingerprintOf([setting, state.resultVersion, count]);
    return ok({ ...count, token, needsApproval: moved > approvalAboveMinor || count.stakeMinor > approvalAboveMinor });
  }
}

const NO_SECOND = { approvedBy: null, undoes: null, preview: null };

const AUTOMATIC: Readonly<Record<string, string>> = {
  "liability:stopped": "The market's worst case passed its limit.",
  "liability:resumed": "The market's worst case fell well below its limit.",
  "price_jump:stopped": "A price jumped further than a price may in one step.",
  "price_jump:resumed": "The feed spoke of the market again.",
};

/** The one that `commit` stored. */
function okOf([done]: readonly TradingDone[]): Decided {
  if (done === undefined) throw new Error("nothing was stored");
  return ok(done);
}

/** A suspension begins when it is made, by our clock. */
function stamped(setting: TradingSetting, nowMs: number): TradingSetting {
  return setting.kind === "suspension" && setting.value !== null ? { ...setting, value: { sinceMs: nowMs } } : setting;
}

function fingerprintOf(fields: readonly unknown[]): string {
  return sha256Hex(canonical(fields as Canonical));
}
