/**
 * Turns a client's slip into selections with ids, and refuses what can't be a bet before any object reserves anything.
 *
 * A slip that names selections by id costs no call. One that uses a match page's words asks each fixture for its view first. Text that
 * has not the shape of an id is unknown at once: naming an object makes it.
 */

import type { AskedPrice } from "../../../shared/betting/acceptance.ts";
import type { SlipSelection } from "../../../shared/betting/correlation.ts";
import type { PlaceShare } from "../../../shared/betting/each-way.ts";
import { findSelection } from "../../../shared/betting/selection-name.ts";
import { checkSlip, checkSlipShape, type SlipProblem } from "../../../shared/betting/slip.ts";
import type { BetKind } from "../../../shared/betting/types.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { Minor } from "../../../shared/money/minor.ts";
import { parseSelectionId } from "../../../shared/odds/selection-id.ts";
import type { SelectionName, SelectionRequest, SlipRequest } from "../../../shared/protocol/http/bets.ts";
import type { FixtureView, OddsPolicy } from "../../../shared/protocol/rpc/odds-channel.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { oddsChannelOf } from "../../adapters/objects.ts";
import type { Env } from "../../env.ts";
import { refuse, type ServiceError, type ServiceResult } from "../context.ts";
import { builderId } from "./builder-selection.ts";

export interface SlipItem extends SlipSelection, AskedPrice {
  readonly isBanker: boolean;
  /** Ids of a builder's parts; empty for other selections. */
  readonly parts: readonly string[];
  /** The place terms that the player saw; absent when none were named. */
  readonly seenPlace?: PlaceShare;
}

export interface ReadSlip {
  readonly kind: BetKind;
  readonly stakeMinor: Minor;
  readonly selections: readonly SlipItem[];
  readonly systemSizes: readonly number[];
  readonly bankers: readonly number[];
}

/** Quotes show dependent selections beside their prices; bets refuse them. */
export type Correlation = "refused" | "shown";

/** Reads a slip for a country's fixtures; refuses INVALID_BET with a reason, or CORRELATED_SELECTIONS with the pairs. */
export async function readSlip(
  env: Env,
  country: Country,
  request: SlipRequest,
  correlation: Correlation,
): Promise<ServiceResult<ReadSlip>> {
  const views = await viewsOfNamed(env, country, request.selections);
  const found = request.selections.map((selection) => slipItem(selection, request.odds_policy, views));
  const unknown = request.selections.filter((_, index) => found[index] === null);
  if (unknown.length > 0) return refuse("INVALID_BET", { reason: "unknown_selection", selections: unknown.map(wordsOf) });
  const selections = found.filter((selection) => selection !== null);
  const { builder } = sportsRulesOf(country).acceptance;
  if (selections.some(({ parts }) => parts.length > builder.partsMax))
    return refuse("INVALID_BET", { reason: "too_many_parts", max: builder.partsMax });
  const twice = selections.flatMap(({ parts }) => parts.filter((part, index) => parts.indexOf(part) < index));
  if (twice.length > 0) return refuse("INVALID_BET", { reason: "selection_twice", selections: [...new Set(twice)] });
  const bankers = selections.flatMap(({ isBanker }, index) => (isBanker ? [index] : []));
  const slip = { kind: request.bet_type, stakeMinor: request.stake, selections, systemSizes: request.system_sizes, bankers };
  const checked = correlation === "refused" ? checkSlip(slip, sportsRulesOf(country).acceptance) : checkSlipShape(slip);
  return checked.ok ? ok(slip) : { ok: false, error: slipError(checked.error) };
}

type Views = ReadonlyMap<string, FixtureView | null>;

/** The fixtures whose selections the slip names by words. */
async function viewsOfNamed(env: Env, country: Country, wanted: readonly SelectionRequest[]): Promise<Views> {
  const ids = new Set(wanted.flatMap(({ named }) => (named.by === "words" ? [named.fixtureId] : [])));
  return new Map(await Promise.all([...ids].map(async (id) => [id, await oddsChannelOf(env, country, id).view()] as const)));
}

function slipItem(selection: SelectionRequest, slipPolicy: OddsPolicy, views: Views): SlipItem | null {
  const { named, oddsThousandths, priceVersion, isBanker, seenPlace } = selection;
  const selectionId = idOf(named, views);
  const parts = selectionId === null ? null : parseSelectionId(selectionId);
  if (selectionId === null || parts === null) return null;
  return {
    ...{ selectionId, fixtureId: parts.fixtureId, marketId: parts.marketId, isBanker, policy: selection.oddsPolicy ?? slipPolicy },
    ...{ seenOddsThousandths: oddsThousandths, seenPriceVersion: priceVersion },
    ...(seenPlace === undefined ? {} : { seenPlace }),
    parts: named.by === "builder" ? [...named.selectionIds].sort() : [],
  };
}

function idOf(named: SelectionName, views: Views): string | null {
  switch (named.by) {
    case "id":
      return named.selectionId;
    case "builder":
      return builderId(named.selectionIds);
    case "words":
      return selectionOfWords(named, views.get(named.fixtureId) ?? null);
  }
}

function selectionOfWords(named: Extract<SelectionName, { by: "words" }>, view: FixtureView | null): string | null {
  return view === null ? null : findSelection(view, named.marketName, named.outcomeName);
}

function wordsOf({ named }: SelectionRequest): string {
  if (named.by === "builder") return named.selectionIds.join(" ");
  return named.by === "id" ? named.selectionId : `${named.fixtureId}: ${named.marketName}: ${named.outcomeName}`;
}

function slipError(problem: SlipProblem): ServiceError {
  if (problem.reason === "correlated") {
    const { pairs } = problem;
    return {
      code: "CORRELATED_SELECTIONS",
      details: {
        pairs: pairs.map((each) => each.pair),
        reasons: pairs.map((each) => each.reason),
        // Statements of one match that may all be true can be bet together as one selection.
        bet_builder: pairs.every((each) => each.reason === "same_fixture"),
      },
    };
  }
  if (problem.reason === "selection_twice") {
    return { code: "INVALID_BET", details: { reason: problem.reason, selections: problem.selectionIds } };
  }
  return { code: "INVALID_BET", details: { ...problem } };
}
