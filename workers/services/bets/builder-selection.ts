/**
 * Several statements about one match as one selection of a slip: its id, and its price from the prices of its parts.
 *
 * Only before the match begins: the model is of whole matches. The id follows from the parts alone, in whatever order they are named.
 */
import { sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { type Builder, priceBuilder } from "../../../shared/odds/bet-builder.ts";
import { fitScoreModel } from "../../../shared/odds/joint-score.ts";
import { parseSelectionId, selectionId } from "../../../shared/odds/selection-id.ts";
import type { FixtureView } from "../../../shared/protocol/rpc/odds-channel.ts";
import type { AcceptedSelection } from "../../../shared/protocol/rpc/wallet.ts";
import type { AcceptanceRules } from "../../../shared/tenants/sports/acceptance.ts";
import type { ServiceError } from "../context.ts";

const BUILDER = "builder";
const HASH_CHARS = 24;

/** The id of these parts together; null when they are not of one match. */
export function builderId(partIds: readonly string[]): string | null {
  const fixtures = new Set(partIds.map((id) => parseSelectionId(id)?.fixtureId));
  const [fixtureId] = fixtures;
  if (fixtures.size !== 1 || fixtureId === undefined) return null;
  const outcomeId = sha256Hex([...partIds].sort().join("\n")).slice(0, HASH_CHARS);
  return selectionId({ fixtureId, marketId: BUILDER, outcomeId });
}

/** Prices parts as one selection. Refuses INVALID_BET: during the match, without the prices that the model needs, or no such price. */
export function builderSelection(
  id: string,
  parts: readonly AcceptedSelection[],
  view: FixtureView | null,
  rules: Pick<AcceptanceRules, "builder">,
): Result<AcceptedSelection, ServiceError> {
  const refused = (reason: string) =>
    err({ code: "INVALID_BET" as const, details: { reason, selections: parts.map((part) => part.selectionId) } });
  const [first] = parts;
  if (first === undefined || view === null) return refused("unknown_selection");
  if (parts.some((part) => part.isLive)) return refused("builder_not_live");
  const model = fitScoreModel(view.markets);
  if (model === null) return refused("builder_not_priced");
  const builder: Builder = {
    ...model,
    marginBasisPoints: rules.builder.marginBasisPoints,
    parts: parts.map(({ selectionId: partId, marketName, outcomeName, oddsThousandths }) => ({
      ...{ selectionId: partId, marketName, outcomeName, oddsThousandths },
    })),
  };
  const priced = priceBuilder(builder);
  if (!priced.ok) return refused(`builder_${priced.error}`);
  return ok({
    ...first,
    ...{ selectionId: id, marketId: BUILDER, marketName: "Bet builder", builder },
    outcomeName: parts.map((part) => part.outcomeName).join(" + "),
    oddsThousandths: priced.value,
    // Whatever moves a price of the match may move this one.
    priceVersion: view.seq,
    reservedUntilMs: Math.min(...parts.map((part) => part.reservedUntilMs)),
    probabilityPpm: null,
  });
}
