/**
 * Several statements about one match as one selection: priced by how probable they are together, settled when all are known.
 *
 * A statement that becomes void leaves the selection: the rest is priced anew by the model of the day on which it was bet, so that what
 * the prices did since changes nothing. One that is lost loses it.
 */
import type { SelectionOutcome } from "../betting/types.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { jointProbability, type ScoreModel, statementOf } from "./joint-score.ts";
import { priceOf } from "./margin.ts";
import { parseSelectionId } from "./selection-id.ts";

export type BuilderPart = {
  readonly selectionId: string;
  readonly marketName: string;
  readonly outcomeName: string;
  /** Its own price when the bet was made. */
  readonly oddsThousandths: number;
};

/** What a builder selection was priced by; kept with the bet. */
export type Builder = ScoreModel & {
  readonly parts: readonly BuilderPart[];
  readonly marginBasisPoints: number;
};

/** In order of precedence. */
export type BuilderProblem =
  /** A part is not about the final score. */
  | "not_combinable"
  /** No score fulfils all parts, or they are so certain or improbable together that no price is offered. */
  | "no_price";

/** Prices the parts together, odds in thousandths; never above their product where one makes the other more probable. */
export function priceBuilder(builder: Builder): Result<number, BuilderProblem> {
  const statements = builder.parts.flatMap((part) => {
    const { marketId = "", outcomeId = "" } = parseSelectionId(part.selectionId) ?? {};
    return statementOf(marketId, outcomeId) ?? [];
  });
  if (statements.length < builder.parts.length) return err("not_combinable");
  const together = jointProbability(builder, statements);
  const { oddsThousandths, offered } = priceOf(together, builder.marginBasisPoints);
  if (!offered) return err("no_price");
  const apart = statements.reduce((product, statement) => product * jointProbability(builder, [statement]), 1);
  const product = builder.parts.reduce((odds, part) => (odds * part.oddsThousandths) / 1_000, 1_000);
  return ok(together > apart ? Math.min(oddsThousandths, Math.floor(product)) : oddsThousandths);
}

export interface BuilderResult {
  readonly outcome: SelectionOutcome | null;
  /** The price that counts: another one than agreed after a part became void. */
  readonly oddsThousandths: number;
}

/** What a builder selection has come to by its parts' outcomes, those that are known. */
export function builderResult(
  builder: Builder,
  agreedThousandths: number,
  outcomes: Readonly<Record<string, SelectionOutcome | null>>,
): BuilderResult {
  const known = builder.parts.map((part) => ({ part, outcome: outcomes[part.selectionId] ?? null }));
  const agreed = (outcome: SelectionOutcome | null): BuilderResult => ({ outcome, oddsThousandths: agreedThousandths });
  if (known.some(({ outcome }) => outcome === "lost")) return agreed("lost");
  if (known.some(({ outcome }) => outcome === null)) return agreed(null);
  const standing = known.filter(({ outcome }) => outcome === "won").map(({ part }) => part);
  const [only] = standing;
  if (only === undefined) return agreed("void");
  if (standing.length === known.length) return agreed("won");
  if (standing.length === 1) return { outcome: "won", oddsThousandths: only.oddsThousandths };
  const priced = priceBuilder({ ...builder, parts: standing });
  return priced.ok ? { outcome: "won", oddsThousandths: priced.value } : agreed("void");
}
