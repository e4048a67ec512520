/**
 * Bets as clients see them: slips in, bets out. Amounts in major units, odds as decimals, times RFC 3339.
 *
 * `odds` of a selection say what the player saw; they are compared with the price by the odds policy and are never the price itself.
 */
import * as z from "zod";
import { BET_KINDS, BET_STATUSES, HELD_BET_STATUSES } from "../../betting/types.ts";
import { IDEMPOTENCY_KEY_CHARS_MAX, SLIP_SELECTIONS_MAX } from "../../kernel/limits.ts";
import { amountOut, decimalOdds, pageQuery, positiveAmount, timeOut } from "./fields.ts";
import { FIXTURE_ID } from "./fixtures.ts";

const oddsPolicy = z.enum(["none", "higher", "any"]);
const name = z.string().trim().min(1).max(120);

/** Which selection is meant: by its id, or by the names that a match page shows. */
export type SelectionName =
  | { readonly by: "id"; readonly selectionId: string }
  | { readonly by: "builder"; readonly selectionIds: readonly string[] }
  | { readonly by: "words"; readonly fixtureId: string; readonly marketName: string; readonly outcomeName: string };

const selectionId = z.string().min(1).max(260);
/** Technical bound; each tenant has its own below it. */
const BUILDER_PARTS_MAX = 12;

/** A place pays this part of the winnings, `1/5`; read as its divisor. */
const placeFraction = z
  .string()
  .regex(/^1\/([1-9]|1\d|20)$/, { error: () => "is not a place fraction" })
  .transform((text): number => Number(text.slice("1/".length)))
  .meta({ example: "1/5" });

const selectionIn = z
  .object({
    builder: z
      .array(selectionId)
      .min(2)
      .max(BUILDER_PARTS_MAX)
      .optional()
      .meta({ description: "Ids of one match's selections that are bet together as one, at the price of /bets/builder/price." }),
    selection_id: selectionId.optional().meta({ description: "As in the fixture's outcomes; or the three names instead." }),
    event_id: z
      .string()
      .regex(FIXTURE_ID, { error: () => "is not a fixture's id" })
      .optional(),
    market_id: name.optional().meta({ example: "1X2" }),
    outcome_name: name.optional().meta({ example: "home" }),
    odds: decimalOdds.meta({ description: "The price that the player saw." }),
    price_version: z.int().nonnegative().optional(),
    odds_policy: oddsPolicy.optional().meta({ description: "For this selection; else the slip's." }),
    banker: z.boolean().default(false).meta({ description: "Stands in every line of a system." }),
    place: z
      .object({ places: z.int().min(1).max(40), fraction: placeFraction })
      .optional()
      .meta({ description: "Of a bet each way: the place terms that the player saw. Others are refused." }),
  })
  .transform((selection, ctx) => {
    const named = nameOf(selection);
    if ("missing" in named) {
      ctx.addIssue({ code: "custom", path: [named.missing], message: "is required (or selection_id alone)" });
      return z.NEVER;
    }
    return {
      named,
      oddsThousandths: selection.odds,
      priceVersion: selection.price_version ?? null,
      isBanker: selection.banker,
      ...(selection.place === undefined ? {} : { seenPlace: { places: selection.place.places, divisor: selection.place.fraction } }),
      ...(selection.odds_policy === undefined ? {} : { oddsPolicy: selection.odds_policy }),
    };
  });

interface NamedFields {
  readonly builder?: readonly string[] | undefined;
  readonly selection_id?: string | undefined;
  readonly event_id?: string | undefined;
  readonly market_id?: string | undefined;
  readonly outcome_name?: string | undefined;
}

function nameOf(fields: NamedFields): SelectionName | { readonly missing: string } {
  if (fields.builder !== undefined) return { by: "builder", selectionIds: fields.builder };
  if (fields.selection_id !== undefined) return { by: "id", selectionId: fields.selection_id };
  if (fields.event_id === undefined) return { missing: "event_id" };
  if (fields.market_id === undefined) return { missing: "market_id" };
  if (fields.outcome_name === undefined) return { missing: "outcome_name" };
  return { by: "words", fixtureId: fields.event_id, marketName: fields.market_id, outcomeName: fields.outcome_name };
}

/** A slip. Sizes of a system count the selections that are no bankers; the stake is the whole bet's, split evenly over its lines. */
export const slipBody = z.object({
  bet_type: z
    .string()
    .toUpperCase()
    .pipe(z.enum(BET_KINDS))
    .meta({ description: BET_KINDS.join(", ") }),
  stake: positiveAmount.meta({ description: "Of the whole bet." }),
  selections: z.array(selectionIn).min(1).max(SLIP_SELECTIONS_MAX),
  system_sizes: z.array(z.int().min(1).max(SLIP_SELECTIONS_MAX)).max(SLIP_SELECTIONS_MAX).default([]),
  each_way: z.boolean().optional().meta({
    description:
      "Half of the stake on the selections to win, half on their places: twice the lines. Where every selection has place terms; not live, and with no free bet, boost, insurance or builder.",
  }),
  odds_policy: oddsPolicy
    .default("none")
    .meta({ description: "Which changes since the seen odds are accepted: none, only higher odds, or any within the tolerance." }),
  free_bet_id: z
    .string()
    .regex(/^fbt_[0-9A-Z]{26}$/)
    .optional()
    .meta({ description: "A token of /promotions that pays the stake, all of it; what it wins is paid without the stake." }),
  boost_id: name.optional().meta({ description: "A campaign of the quote's `boosts`: the bet is placed at its prices." }),
  insurance: z
    .object({
      cuts: z.int().min(1).max(9).meta({ description: "So many selections may lose." }),
      odds: decimalOdds
        .optional()
        .meta({ description: "The insured odds that the player saw: lower ones are refused, unless by the policy." }),
    })
    .optional()
    .meta({ description: "A multi that pays once, at odds of its own, although some of its selections lose." }),
  booking_code: z.string().min(1).max(20).optional().meta({ description: "The code that the slip was loaded from: its bets are counted." }),
});
export type SlipRequest = z.output<typeof slipBody>;
export type SelectionRequest = SlipRequest["selections"][number];

const taxLineOut = z.object({
  code: z.string(),
  name: z.string(),
  rate_percent: z.number(),
  base: amountOut,
  amount: amountOut,
});

const placeShare = {
  places: z.int().meta({ description: "So many are placed." }),
  fraction: z.string().meta({ description: "The part of the winnings that a place pays.", example: "1/5" }),
};
const placeOut = z.object({ ...placeShare, selection_id: z.string().meta({ description: "The selection whose result is the place's." }) });

const selectionOut = z.object({
  selection_id: z.string(),
  event_id: z.string(),
  event_name: z.string(),
  market_id: z.string(),
  market_name: z.string(),
  outcome_name: z.string(),
  odds: z.number().meta({ description: "The price at which the bet stands." }),
  price_version: z.int(),
  builder: z
    .array(z.object({ selection_id: z.string(), market_name: z.string(), outcome_name: z.string(), odds: z.number() }))
    .nullable()
    .meta({ description: "The parts of a bet builder, each with its own price; null for other selections." }),
  boost: z
    .object({ boost_id: z.string(), odds: z.number().meta({ description: "The price before the boost." }) })
    .nullable()
    .meta({ description: "What made the price better; null for the market's own." }),
  place: placeOut.nullable().meta({ description: "The place of a bet each way; null for others." }),
});

/** How a bet's stake lies on its lines. */
const ways = {
  each_way: z.boolean().meta({ description: "Half of the lines are about winning, half about being placed." }),
  line_stake: amountOut.meta({ description: "The stake of one line, cut to the minor unit for display. Payouts use the exact share." }),
};

/** What a bet is promised beside its odds. */
const promises = {
  early_payout: z
    .object({ lead: z.int(), selections: z.array(z.string()) })
    .nullable()
    .meta({ description: "Selections that are won once their team leads by so many in regular play, whatever the result." }),
  cut_refund: z
    .object({ losers: z.int(), percent: z.number(), max: amountOut, paid_as: z.enum(["cash", "free_bet"]) })
    .nullable()
    .meta({ description: "The part of the stake that comes back when up to so many selections lose and all others win." }),
  insurance: z
    .object({ cuts: z.int(), odds: z.number() })
    .nullable()
    .meta({ description: "The odds at which the multi pays, once, when at most so many selections lose." }),
};

const totalOdds = z
  .number()
  .nullable()
  .meta({ description: "The product of the odds, cut to three decimals for display; null for a system. Payouts use the exact product." });

const freeBetId = z.string().nullable().meta({ description: "The token that paid the stake; null for the player's own money." });

export const placedBet = z.object({
  bet_id: z.string(),
  bet_type: z.enum(BET_KINDS),
  status: z.literal("PENDING"),
  stake: amountOut,
  total_odds: totalOdds,
  potential_win: amountOut,
  lines: z.int(),
  ...ways,
  selections: z.array(selectionOut),
  free_bet_id: freeBetId,
  ...promises,
  placed_at: timeOut,
  message: z.string(),
});

const offerOut = z.object({
  offer: z.int().meta({ description: "Its number; name it in the answer to be sure which one is taken." }),
  stake: amountOut,
  total_odds: totalOdds,
  potential_win: amountOut,
  selections: z.array(selectionOut),
  expires_at: timeOut,
});

const refusalOut = z.object({
  code: z.string().meta({ description: "One of the error codes." }),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
});

/** A bet that waits for its decision, or came to nothing. */
const waiting = {
  decides_at: timeOut.nullable().meta({ description: "When a bet with a live selection is decided; null once accepted." }),
  offer: offerOut.nullable().meta({ description: "New terms that wait for the player's answer." }),
  refusal: refusalOut.nullable().meta({ description: "Why the bet came to nothing; its stake is free again." }),
};

export const heldBet = z.object({
  bet_id: z.string(),
  bet_type: z.enum(BET_KINDS),
  status: z.enum(HELD_BET_STATUSES),
  stake: amountOut,
  total_odds: totalOdds,
  potential_win: amountOut,
  lines: z.int(),
  ...ways,
  selections: z.array(selectionOut),
  free_bet_id: freeBetId,
  placed_at: timeOut,
  ...waiting,
});

export const offerAnswer = z.object({ accept: z.boolean(), offer: z.int().positive().optional() });

const selectionStatus = z.enum(["PENDING", "WON", "LOST", "VOID", "HALF_WON", "HALF_LOST"]);

export const betOut = z.object({
  bet_id: z.string(),
  bet_type: z.enum(BET_KINDS),
  status: z.enum([...BET_STATUSES, ...HELD_BET_STATUSES]),
  stake: amountOut,
  total_odds: totalOdds,
  potential_win: amountOut,
  actual_win: amountOut.nullable().meta({ description: "What was paid; null while the bet is open." }),
  lines: z.int(),
  ...ways,
  system_sizes: z.array(z.int()),
  selections: z.array(
    selectionOut.extend({
      banker: z.boolean(),
      status: selectionStatus,
      place: placeOut.extend({ status: selectionStatus }).nullable().meta({ description: "The place of a bet each way; null for others." }),
    }),
  ),
  settlements: z
    .array(z.object({ version: z.int(), target: amountOut, posted: z.number(), at: timeOut }))
    .meta({ description: "Each time a result moved money: what the bet was to pay in all by then, and the difference posted." }),
  tax_lines: z.array(taxLineOut),
  free_bet_id: freeBetId,
  cash_outs: z
    .array(z.object({ percent: z.int(), amount: amountOut, net_amount: amountOut, at: timeOut }))
    .meta({ description: "Parts that were cashed out: of the stake that played then, before and after taxes." }),
  parent_id: z.string().nullable().meta({ description: "The bet that this one was made of by an edit." }),
  edited_to: z.string().nullable().meta({ description: "The bet that this one became by an edit." }),
  ...promises,
  placed_at: timeOut,
  settled_at: timeOut.nullable(),
  ...waiting,
});
export type BetOut = z.infer<typeof betOut>;

export const betList = z.object({ bets: z.array(betOut), total: z.int(), limit: z.int(), offset: z.int() });

export const quoteOut = z.object({
  bet_type: z.enum(BET_KINDS),
  total_stake: amountOut,
  lines: z.int(),
  ...ways,
  total_odds: totalOdds,
  potential_win: z
    .object({ min: amountOut, max: amountOut })
    .meta({ description: "Before taxes on winnings: one line of the smallest size wins, and all lines win; capped by max_payout." }),
  bonus: z
    .object({
      percent: z.number(),
      qualifying: z.int(),
      min_odds: z.number(),
      next: z.object({ selections: z.int(), percent: z.number() }).nullable(),
    })
    .nullable()
    .meta({
      description:
        "The accumulator bonus in force, in percent of the winnings, counted in potential_win; 0 percent before its first step. `next`: what so many selections at min_odds or more would bring.",
    }),
  ...promises,
  boosts: z
    .array(
      z.object({
        boost_id: z.string(),
        percent: z.number(),
        max_stake: amountOut,
        selections: z.array(z.object({ selection_id: z.string(), odds: z.number(), boosted_odds: z.number() })),
      }),
    )
    .meta({ description: "Campaigns that this slip may name." }),
  each_way_terms: z
    .array(
      z.object({ selection_id: z.string(), ...placeShare, odds: z.number().meta({ description: "Of the place, cut to three decimals." }) }),
    )
    .nullable()
    .meta({ description: "The place of each selection if this slip is bet each way; null where it can't be." }),
  insurances: z.array(z.object({ cuts: z.int(), odds: z.number() })).meta({ description: "What insurance this slip can be bought with." }),
  max_payout: amountOut,
  min_stake: amountOut,
  max_stake: amountOut.meta({ description: "Of product, player, liability and payout cap the least." }),
  live_delay_seconds: z.number().meta({ description: "How long the bet would wait for its decision; 0 without a live selection." }),
  tax: z.object({
    stake: z.array(taxLineOut).meta({ description: "Taken when the bet is placed." }),
    at_risk: amountOut.meta({ description: "The stake less its taxes: what the lines are computed on." }),
    winnings: z.array(taxLineOut).meta({ description: "Taken if every line wins, by today's rules." }),
    net_win: amountOut.meta({ description: "What then reaches the wallet." }),
  }),
  selections: z.array(selectionOut),
  correlated: z.array(z.tuple([z.string(), z.string()])).meta({ description: "Pairs that may not stand in one bet." }),
});

export const builderBody = z.object({
  fixture: z.string().regex(FIXTURE_ID, { error: () => "is not a fixture's id" }),
  selections: z.array(selectionId).min(2).max(BUILDER_PARTS_MAX),
});
export type BuilderRequest = z.output<typeof builderBody>;
export const builderOut = selectionOut;

export const betParams = z.object({ id: z.string().min(1).max(60) });
export const betKeyParams = z.object({ key: z.string().min(1).max(IDEMPOTENCY_KEY_CHARS_MAX) });
export const betHistoryQuery = pageQuery.extend({
  status: z
    .string()
    .toUpperCase()
    .pipe(z.enum(["ALL", ...BET_STATUSES, ...HELD_BET_STATUSES]))
    .default("ALL"),
});
