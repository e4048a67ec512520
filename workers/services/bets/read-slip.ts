/**
 * Turns a client's slip into selections with ids, and refuses what can't be a bet before any object reserves anything.
 *
 * A slip that names selections by id costs no call. One that uses a match page's words asks each fixture for its view first.
 */
import { findSelection, fixtureOfSelection } from "../../../shared/betting/selection-name.ts";
import { checkSlip, checkSlipShape, type SlipProblem, type SlipSelection } from "../../../shared/betting/slip.ts";
import type { BetKind } from "../../../shared/betting/types.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { Minor } from "../../../shared/money/minor.ts";
import type { SelectionRequest, SlipRequest } from "../../../shared/protocol/http/bets.ts";
import type { FixtureView, WantedSelection } from "../../../shared/protocol/rpc/odds-channel.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import type { Env } from "../../env.ts";
import { refuse, type ServiceError, type ServiceResult } from "../context.ts";
import { fixtureChannel } from "./fixture-channels.ts";

export interface SlipItem extends SlipSelection, WantedSelection {
  readonly isBanker: boolean;
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
  const ids = await selectionIds(env, country, request.selections);
  const unknown = request.selections.filter((_, index) => ids[index] === null);
  if (unknown.length > 0) return refuse("INVALID_BET", { reason: "unknown_selection", selections: unknown.map(wordsOf) });
  const selections = request.selections.map((selection, index): SlipItem => {
    const selectionId = ids[index] ?? "";
    return {
      selectionId,
      fixtureId: fixtureOfSelection(selectionId) ?? "",
      seenOddsThousandths: selection.oddsThousandths,
      seenPriceVersion: selection.priceVersion,
      isBanker: selection.isBanker,
    };
  });
  const bankers = selections.flatMap(({ isBanker }, index) => (isBanker ? [index] : []));
  const slip = { kind: request.bet_type, stakeMinor: request.stake, selections, systemSizes: request.system_sizes, bankers };
  const checked = correlation === "refused" ? checkSlip(slip) : checkSlipShape(slip);
  return checked.ok ? ok(slip) : { ok: false, error: slipError(checked.error) };
}

async function selectionIds(env: Env, country: Country, wanted: readonly SelectionRequest[]): Promise<readonly (string | null)[]> {
  const fixtureIds = new Set(wanted.flatMap(({ named }) => (named.by === "words" ? [named.fixtureId] : [])));
  const views = new Map<string, FixtureView | null>();
  await Promise.all([...fixtureIds].map(async (id) => views.set(id, await fixtureChannel(env, country, id).view())));
  return wanted.map(({ named }) => {
    if (named.by === "id") return fixtureOfSelection(named.selectionId) === null ? null : named.selectionId;
    const view = views.get(named.fixtureId) ?? null;
    return view === null ? null : findSelection(view, named.marketName, named.outcomeName);
  });
}

function wordsOf({ named }: SelectionRequest): string {
  return named.by === "id" ? named.selectionId : `${named.fixtureId}: ${named.marketName}: ${named.outcomeName}`;
}

function slipError(problem: SlipProblem): ServiceError {
  if (problem.reason === "correlated") return { code: "CORRELATED_SELECTIONS", details: { pairs: problem.pairs } };
  if (problem.reason === "selection_twice") {
    return { code: "INVALID_BET", details: { reason: problem.reason, selections: problem.selectionIds } };
  }
  return { code: "INVALID_BET", details: { ...problem } };
}
