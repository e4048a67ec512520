/**
 * Selection ids: `<fixture id>:<market id>:<outcome id>`. None of the parts contains a colon, so the id says where to ask for its price.
 */
import type { SelectionId } from "../kernel/ids.ts";

export interface SelectionParts {
  readonly fixtureId: string;
  readonly marketId: string;
  readonly outcomeId: string;
}

const SHAPE = /^([A-Za-z0-9_-]{1,80}):([A-Za-z0-9_=.-]{1,60}):([A-Za-z0-9_.-]{1,60})$/;

export function selectionId({ fixtureId, marketId, outcomeId }: SelectionParts): SelectionId {
  return `${fixtureId}:${marketId}:${outcomeId}` as SelectionId;
}

/** Reads a selection id; null when it does not have the shape of one. */
export function parseSelectionId(text: string): SelectionParts | null {
  const [, fixtureId, marketId, outcomeId] = SHAPE.exec(text) ?? [];
  return fixtureId === undefined || marketId === undefined || outcomeId === undefined ? null : { fixtureId, marketId, outcomeId };
}
