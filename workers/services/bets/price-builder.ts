/** The price of several statements about one match as one selection. Moves and reserves nothing, so it needs no login. */
import type * as z from "zod";
import { ok } from "../../../shared/kernel/result.ts";
import { ZERO } from "../../../shared/money/minor.ts";
import type { BuilderRequest, builderOut } from "../../../shared/protocol/http/bets.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { catalogueCountry } from "../fixtures/catalogue-country.ts";
import { builderId } from "./builder-selection.ts";
import { askFixtures } from "./fixture-channels.ts";
import { presentSelection } from "./present-bet.ts";

/** Prices a builder; refuses INVALID_BET with a reason, MARKET_CLOSED and MARKET_SUSPENDED. */
export async function priceBuilder(
  ctx: ServiceContext,
  { fixture, selections }: BuilderRequest,
): Promise<ServiceResult<z.input<typeof builderOut>>> {
  const catalogue = catalogueCountry(ctx);
  if (!catalogue.ok) return catalogue;
  const id = builderId(selections);
  const parts = [...new Set(selections)].sort();
  if (id === null || !selections.every((part) => part.startsWith(`${fixture}:`)) || parts.length < selections.length)
    return refuse("INVALID_BET", { reason: "unknown_selection", selections });
  const question = { country: catalogue.value, betId: "builder", walletId: "", stakeMinor: ZERO };
  const priced = await askFixtures(ctx.env, question, [{ selectionId: id, fixtureId: fixture, parts }]);
  if (!priced.ok) return priced;
  const [selection] = priced.value.selections;
  return selection === undefined ? refuse("INVALID_BET", { reason: "unknown_selection", selections }) : ok(presentSelection(selection));
}
