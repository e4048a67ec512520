/**
 * The odds channels of a slip: one object a fixture, asked in parallel, and one answer made of theirs.
 */
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { oddsThousandths, toDecimalOdds } from "../../../shared/money/odds.ts";
import type { ReserveRefusal } from "../../../shared/protocol/rpc/odds-channel.ts";
import type { AcceptedSelection } from "../../../shared/protocol/rpc/wallet.ts";
import type { ServiceError } from "../context.ts";

export type ChannelAnswer = Result<readonly AcceptedSelection[], ReserveRefusal>;

export interface AskedFixture {
  readonly fixtureId: string;
  readonly answer: ChannelAnswer;
}

/** Asks each fixture of `selections` about its own ones, all at the same time. */
export async function askFixtures<S extends { readonly fixtureId: string }>(
  selections: readonly S[],
  ask: (fixtureId: string, own: readonly S[]) => Promise<ChannelAnswer>,
): Promise<readonly AskedFixture[]> {
  const fixtures = Map.groupBy(selections, (selection) => selection.fixtureId);
  return Promise.all([...fixtures].map(async ([fixtureId, own]) => ({ fixtureId, answer: await ask(fixtureId, own) })));
}

/** Puts the fixtures' answers together in the slip's order, or gives the refusals as one. */
export function joinAnswers(
  selections: readonly { readonly selectionId: string }[],
  asked: readonly AskedFixture[],
): Result<readonly AcceptedSelection[], ServiceError> {
  const refusals = asked.flatMap(({ answer }) => (answer.ok ? [] : [answer.error]));
  const refused = refusalError(refusals);
  if (refused !== null) return err(refused);
  const accepted = new Map(asked.flatMap(({ answer }) => (answer.ok ? answer.value : [])).map((one) => [one.selectionId, one]));
  const missing = selections.filter(({ selectionId }) => !accepted.has(selectionId)).map(({ selectionId }) => selectionId);
  if (missing.length > 0) return err({ code: "INVALID_BET", details: { reason: "unknown_selection", selections: missing } });
  return ok(selections.flatMap(({ selectionId }) => accepted.get(selectionId) ?? []));
}

/** The worst refusal of all fixtures, with every selection that it concerns; null when there is none. */
function refusalError(refusals: readonly ReserveRefusal[]): ServiceError | null {
  const concerned = (reason: Exclude<ReserveRefusal["reason"], "odds_changed">) =>
    refusals.flatMap((refusal) => (refusal.reason === reason ? refusal.selectionIds : []));
  const unknown = concerned("unknown_selection");
  if (unknown.length > 0) return { code: "INVALID_BET", details: { reason: "unknown_selection", selections: unknown } };
  const closed = concerned("market_closed");
  if (closed.length > 0) return { code: "MARKET_CLOSED", details: { selections: closed } };
  const suspended = concerned("market_suspended");
  if (suspended.length > 0) return { code: "MARKET_SUSPENDED", details: { selections: suspended } };
  const changes = refusals.flatMap((refusal) => (refusal.reason === "odds_changed" ? refusal.changes : []));
  if (changes.length === 0) return null;
  return {
    code: "ODDS_CHANGED",
    details: {
      changes: changes.map((change) => ({
        selection_id: change.selectionId,
        old_odds: change.oldOddsThousandths === null ? null : toDecimalOdds(oddsThousandths(change.oldOddsThousandths)),
        new_odds: toDecimalOdds(oddsThousandths(change.newOddsThousandths)),
        price_version: change.priceVersion,
      })),
    },
  };
}
