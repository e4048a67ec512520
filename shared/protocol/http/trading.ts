/** Shapes of the trading desk's calls. Amounts in major units, odds as decimals, times RFC 3339. */
import * as z from "zod";
import { isSelectionOutcome } from "../../betting/types.ts";
import type { TradingSetting } from "../../odds/trading.ts";
import type { SelectionOutcome } from "../rpc/wallet.ts";
import { amountOut, decimalOdds, positiveAmount, timeOut } from "./fields.ts";

const id = z.string().min(1).max(120);
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const reason = z.string().trim().min(1).max(300).meta({ description: "Why; kept with what was done and in the audit log." });
const outcome = z.string().transform((text, ctx): SelectionOutcome => {
  if (isSelectionOutcome(text)) return text;
  ctx.addIssue({ code: "custom", message: "is no result" });
  return z.NEVER;
});
const anyMarket = id.nullable().meta({ description: "null: the whole fixture." });

/** What the house says of one place, parsed to a setting. */
const setting = z.discriminatedUnion("kind", [
  z
    .object({ kind: z.literal("suspension"), market_id: anyMarket, outcome_id: id.nullable().default(null), suspended: z.boolean() })
    .transform(({ market_id: marketId, outcome_id: outcomeId, suspended }): TradingSetting => {
      return { kind: "suspension", cause: "operator", marketId, outcomeId, value: suspended ? { sinceMs: 0 } : null };
    }),
  z
    .object({
      kind: z.literal("resume"),
      market_id: anyMarket,
      outcome_id: id.nullable().default(null),
      cause: z.enum(["liability", "price_jump"]),
    })
    .transform(({ market_id: marketId, outcome_id: outcomeId, cause }): TradingSetting => {
      return { kind: "suspension", cause, marketId, outcomeId, value: null };
    })
    .meta({ description: "Lifts a suspension that the system set by itself." }),
  z
    .object({
      ...{ kind: z.literal("price"), market_id: id, outcome_id: id },
      price: z.object({ odds: decimalOdds, expires_at: instant }).nullable().meta({ description: "null: the feed's price again." }),
    })
    .transform(({ market_id: marketId, outcome_id: outcomeId, price }): TradingSetting => {
      const value = price === null ? null : { oddsThousandths: price.odds, expiresAtMs: price.expires_at };
      return { kind: "price", marketId, outcomeId, value };
    }),
  z
    .object({ kind: z.literal("margin"), market_id: anyMarket, basis_points: z.int().nullable() })
    .transform(({ market_id: marketId, basis_points: basisPoints }): TradingSetting => {
      return { kind: "margin", marketId, value: basisPoints === null ? null : { basisPoints } };
    }),
  z
    .object({
      ...{ kind: z.literal("limits"), market_id: anyMarket },
      outcome_liability_max: positiveAmount.nullable(),
      stake_max: positiveAmount.nullable(),
    })
    .transform(({ market_id: marketId, outcome_liability_max: outcomeLiabilityMaxMinor, stake_max: stakeMaxMinor }): TradingSetting => {
      const isNone = outcomeLiabilityMaxMinor === null && stakeMaxMinor === null;
      return { kind: "limits", marketId, value: isNone ? null : { outcomeLiabilityMaxMinor, stakeMaxMinor } };
    }),
  z
    .object({ kind: z.literal("live_delay"), seconds: z.int().min(0).nullable() })
    .transform(({ seconds }): TradingSetting => ({ kind: "live_delay", value: seconds === null ? null : { delayMs: seconds * 1_000 } })),
  z
    .object({
      ...{ kind: z.literal("result"), market_id: id },
      results: z
        .record(id, outcome)
        .nullable()
        .meta({ description: "The result of each of the market's outcomes; null: the feed's results again." }),
    })
    .transform(({ market_id: marketId, results }): TradingSetting => {
      return { kind: "result", marketId, value: results === null ? null : { results } };
    }),
  z
    .object({
      ...{ kind: z.literal("void"), market_id: id, voided: z.boolean() },
      ...{ placed_from: instant.nullable().default(null), placed_to: instant.nullable().default(null) },
    })
    .transform(({ market_id: marketId, voided, placed_from: placedFromMs, placed_to: placedToMs }): TradingSetting => {
      return { kind: "void", marketId, value: voided ? { placedFromMs, placedToMs } : null };
    }),
]);

const wish = z
  .union([z.object({ set: setting }), z.object({ undo: z.int().min(1) })])
  .transform((body) => ("set" in body ? { setting: body.set } : { undoes: body.undo }))
  .meta({ description: "A setting to set, or the number of an action to undo." });

export const fixtureParams = z.object({ fixture_id: id });
export const proposalParams = fixtureParams.extend({ proposal: z.coerce.number().int().min(1) });
export const tradingOrderBody = z.object({
  reason,
  wish,
  preview_token: z.string().max(100).nullable().default(null).meta({ description: "Of the preview, where results change." }),
});
export const previewBody = z.object({ wish });
export const approvalBody = z.object({ reason });

export const resultsPreview = z.object({
  preview_token: z.string(),
  bets: z.int().meta({ description: "Bets whose result changes." }),
  stakes: amountOut,
  returned_now: amountOut.meta({ description: "At each selection's own odds: exact for singles, what to expect for others." }),
  returned_then: amountOut,
  needs_approval: z.boolean().meta({ description: "Whether another operator has to approve it." }),
});

const place = z.object({
  kind: z.string(),
  cause: z.string().optional(),
  market_id: z.string().nullable().optional(),
  outcome_id: z.string().nullable().optional(),
  value: z.unknown().meta({ description: "null: the house says nothing here." }),
});
const action = z.object({
  action: z.int(),
  operator: z.string(),
  approved_by: z.string().nullable(),
  reason: z.string(),
  at: timeOut,
  undoes: z.int().nullable(),
  before: place,
  after: place,
  preview: resultsPreview.nullable(),
});
const proposal = z.object({
  proposal: z.int(),
  operator: z.string(),
  reason: z.string(),
  at: timeOut,
  expires_at: timeOut,
  undoes: z.int().nullable(),
  setting: place,
  preview: resultsPreview,
});

export const tradingReceipt = z.object({
  state: z.enum(["done", "proposed"]),
  action: action.nullable(),
  proposal: proposal.nullable(),
});
export type TradingReceiptBody = z.infer<typeof tradingReceipt>;
export type TradingPlaceBody = z.infer<typeof place>;
export type ResultsPreviewBody = z.infer<typeof resultsPreview>;

export const fieldSheet = z.object({
  fixture_id: z.string(),
  home_team: z.string(),
  away_team: z.string(),
  status: z.string(),
  home_score: z.int().nullable(),
  away_score: z.int().nullable(),
  late: z.boolean(),
  result_version: z.int(),
  settings: z.array(place),
  markets: z.array(
    z.object({
      market_id: z.string(),
      name: z.string(),
      specifier: z.string(),
      status: z.string(),
      feed_status: z.string(),
      suspended_by: z.array(z.string()),
      margin_basis_points: z.int().nullable(),
      outcome_liability_max: amountOut.nullable(),
      stake_max: amountOut.nullable(),
      worst_case: amountOut.meta({ description: "What the house loses on the dearest outcome." }),
      outcomes: z.array(
        z.object({
          outcome_id: z.string(),
          name: z.string(),
          is_offered: z.boolean(),
          odds: z.number(),
          feed_odds: z.number(),
          bets: z.int(),
          stakes: amountOut,
          payout: amountOut.meta({ description: "What it pays if it wins, with what to expect of bets that still need others." }),
          hard_payout: amountOut.meta({ description: "Of it what this outcome alone decides." }),
          liability: amountOut.meta({ description: "What the house loses if this outcome wins; negative when it gains." }),
        }),
      ),
    }),
  ),
  actions: z.array(action),
  proposals: z.array(proposal),
});

export const feedsAnswer = z.object({
  feeds: z.array(
    z.object({
      feed: z.string(),
      producers: z.array(
        z.object({
          producer: z.int(),
          is_up: z.boolean(),
          heard_at: timeOut.nullable(),
          recovery_asked_at: timeOut.nullable(),
          fixtures: z.int(),
        }),
      ),
    }),
  ),
});
