/** A selection's result at every door: a plain word, or a dead heat with the part of the stake that won. */
import * as z from "zod";
import { isSelectionOutcome, PLAIN_OUTCOMES } from "../betting/types.ts";

export const selectionOutcome = z.union([
  z.enum(PLAIN_OUTCOMES),
  z.templateLiteral(["dead_heat:", z.int().positive(), "/", z.int().positive()]).refine(isSelectionOutcome),
]);
