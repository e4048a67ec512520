/**
 * Edits a bet (betting-rules 2.5): its value becomes the stake of a new bet at the prices of now. Quoted first, then confirmed: the
 * confirmation values and prices everything anew, pays the quoted value if that still stands and takes prices that are not lower; what is
 * worse comes back as a new quote. The money of both bets is one command of the wallet.
 *
 * Before a match, not during it: a running match wants a delay on both sides, which a cash-out and a new bet have each by themselves.
 */
import type * as z from "zod";
import { sha256Bytes, sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { invariant } from "../../../shared/kernel/invariant.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { type Minor, minor } from "../../../shared/money/minor.ts";
import { parseOdds } from "../../../shared/money/odds.ts";
import type { ConfirmEditRequest, EditRequest, editedBet, editQuote } from "../../../shared/protocol/http/edit-bet.ts";
import type { AcceptedSelection, BetView, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { EditedBet } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import { walletName, walletOf } from "../../adapters/objects.ts";
import { type Actor, refuse, requirePlayerAtHome, type ServiceContext, type ServiceError, type ServiceResult } from "../context.ts";
import { walletError } from "../wallet-refusal.ts";
import { acceptedBet } from "./accepted-bet.ts";
import { type EditTerms, makeEdit, readEdit } from "./edit-token.ts";
import { type BetValue, betValue } from "./edit-worth.ts";
import { askFixtures } from "./fixture-channels.ts";
import { presentPlacedBet } from "./present-bet.ts";
import { quoteBet } from "./quote-bet.ts";
import { readSlip } from "./read-slip.ts";

type QuoteOut = z.input<typeof editQuote>;
type EditedOut = z.input<typeof editedBet>;

/**
 * Quotes an edit; moves nothing. Refuses NOT_FOUND, EDIT_CLOSED with a reason, CASH_OUT_SUSPENDED, and what a new bet's slip is refused
 * for.
 */
export async function quoteEdit(ctx: ServiceContext, betId: string, request: EditRequest): Promise<ServiceResult<QuoteOut>> {
  const scope = requirePlayerAtHome(ctx);
  if (!scope.ok) return scope;
  const { actor } = scope.value;
  const valued = await valueNow(ctx, actor, betId, request.stake ?? null);
  if (!valued.ok) return valued;
  return quoteAt(ctx, actor, valued.value, request);
}

/** A bet and what an edit of it is worth now. */
interface Valued {
  readonly bet: BetView;
  readonly value: BetValue;
}

async function valueNow(ctx: ServiceContext, actor: Actor, betId: string, stakeMinor: Minor | null): Promise<ServiceResult<Valued>> {
  const found = await acceptedBet(ctx, betId);
  if (!found.ok) return found;
  if (!found.value.isAccepted) return refuse("EDIT_CLOSED", { reason: "not_accepted" });
  const { bet } = found.value;
  const value = await betValue(ctx, actor.country, bet, stakeMinor);
  return value.ok ? ok({ bet, value: value.value }) : value;
}

async function quoteAt(ctx: ServiceContext, actor: Actor, { bet, value }: Valued, request: EditRequest): Promise<ServiceResult<QuoteOut>> {
  const stakeMinor = request.stake ?? value.paidMinor;
  const slip = await readSlip(ctx.env, actor.country, { ...request, stake: stakeMinor }, "refused");
  if (!slip.ok) return slip;
  const quote = await quoteBet(ctx, { ...request, stake: stakeMinor });
  if (!quote.ok) return quote;
  if (quote.value.live_delay_seconds > 0) return refuse("EDIT_CLOSED", { reason: "live" });
  const expiresAtMs = ctx.nowMs + sportsRulesOf(actor.country).cashOut.offerMs;
  const terms: EditTerms = {
    ...{ betId: bet.betId, stateVersion: value.stateVersion, valueMinor: value.valueMinor, stakeMinor, expiresAtMs },
    slip: slipPrint(request),
    oddsThousandths: quote.value.selections.map(({ odds }) => thousandthsOf(odds)),
  };
  return ok({
    edit_id: makeEdit(ctx.config.TICKET_SECRET, terms),
    ...valueOut(bet.betId, value.valueMinor, value.paidMinor, stakeMinor),
    expires_at: toRfc3339(unixMs(expiresAtMs)),
    bet: quote.value,
  });
}

export interface ConfirmEdit {
  readonly betId: string;
  readonly request: ConfirmEditRequest;
  readonly idempotencyKey: string | null;
}

/**
 * Confirms a quote. Refuses VALIDATION_FAILED (no quote of ours for this bet and slip), EDIT_CHANGED with the new quote, what `quoteEdit`
 * and what placing a bet refuses. Idempotent by key; without one a quote can be confirmed once.
 */
export async function confirmEdit(
  ctx: ServiceContext,
  { betId, request, idempotencyKey }: ConfirmEdit,
): Promise<ServiceResult<{ readonly body: EditedOut; readonly replayed: boolean }>> {
  const scope = requirePlayerAtHome(ctx);
  if (!scope.ok) return scope;
  const { actor } = scope.value;
  const { edit_id, ...slip } = request;
  const terms = readEdit(ctx.config.TICKET_SECRET, edit_id);
  if (terms === null || terms.betId !== betId || terms.slip !== slipPrint(slip))
    return refuse("VALIDATION_FAILED", { fields: { edit_id: "is no quote of this bet and slip" } });
  const key = idempotencyKey === null ? `edit:${sha256Hex(edit_id)}` : `edit-key:${idempotencyKey}`;
  const fingerprint = sha256Hex(canonical([betId, edit_id]));
  const known = await walletOf(ctx.env, actor).knownEdit({ key, fingerprint });
  if (known !== null) return answerOf(known as WalletReply<EditedBet>);
  const newId = idFromDigest("bet", sha256Bytes(canonical([actor.userId, key, fingerprint])));
  return send(ctx, actor, slip, { key, fingerprint, newId, terms });
}

interface Attempt {
  readonly key: string;
  readonly fingerprint: string;
  readonly newId: string;
  readonly terms: EditTerms;
}

async function send(ctx: ServiceContext, actor: Actor, request: EditRequest, { key, fingerprint, newId, terms }: Attempt) {
  const valued = await valueNow(ctx, actor, terms.betId, minor(terms.stakeMinor));
  if (!valued.ok) return valued;
  const slip = await readSlip(ctx.env, actor.country, { ...request, stake: minor(terms.stakeMinor) }, "refused");
  if (!slip.ok) return slip;
  const { selections: asked, stakeMinor, kind, systemSizes, bankers } = slip.value;
  const question = { country: actor.country, betId: newId, walletId: walletName(actor), stakeMinor };
  const prices = await askFixtures(ctx.env, question, asked);
  if (!prices.ok) return prices;
  const { selections, stakeMaxMinor } = prices.value;
  if (selections.some(({ isLive }) => isLive)) return refuse("EDIT_CLOSED", { reason: "live" });
  const { value } = valued.value;
  const isAsQuoted = value.stateVersion === terms.stateVersion && value.valueMinor >= terms.valueMinor && arePricesKept(terms, selections);
  if (!isAsQuoted || ctx.nowMs > terms.expiresAtMs) return changed(ctx, actor, valued.value, request);
  const { stateVersion, valueMinor, betId: parentId } = terms;
  const reply = await walletOf(ctx.env, actor).editBet({
    ...{ key, fingerprint, betId: newId, parentId, stateVersion, valueMinor },
    ...{ kind, stakeMinor, systemSizes, bankers, selections, stakeMaxMinor },
  });
  return answerOf(reply as WalletReply<EditedBet>);
}

/** The better price is taken, a lower one is not. */
function arePricesKept({ oddsThousandths }: EditTerms, selections: readonly AcceptedSelection[]): boolean {
  return selections.every((selection, index) => selection.oddsThousandths >= (oddsThousandths[index] ?? 0));
}

async function changed(ctx: ServiceContext, actor: Actor, valued: Valued, request: EditRequest): Promise<ServiceResult<never>> {
  const quote = await quoteAt(ctx, actor, valued, request);
  return quote.ok ? refuse("EDIT_CHANGED", { quote: quote.value }) : quote;
}

function answerOf(reply: WalletReply<EditedBet>): ServiceResult<{ readonly body: EditedOut; readonly replayed: boolean }> {
  if (!reply.ok) return err(editError(walletError(reply.error, "stake")));
  const { value: edited, replayed } = reply.value;
  const { bet, parentId, valueMinor, paidMinor } = edited;
  return ok({ body: { ...valueOut(parentId, valueMinor, paidMinor, bet.stakeMinor), bet: presentPlacedBet(bet) }, replayed });
}

/** What a cash-out is refused for closes an edit as well. */
function editError(error: ServiceError): ServiceError {
  if (error.code === "CASH_OUT_CLOSED") return { ...error, code: "EDIT_CLOSED" };
  return error.code === "CASH_OUT_CHANGED" ? { ...error, code: "EDIT_CHANGED", details: { quote: null } } : error;
}

/** The slip as the client sent it, in one canonical form. */
function slipPrint(slip: EditRequest): string {
  const { bet_type, stake, system_sizes, selections } = slip;
  return sha256Hex(
    canonical({
      ...{ kind: bet_type, stakeMinor: stake ?? null, systemSizes: system_sizes },
      selections: selections.map(({ named, isBanker }) => ({ ...named, isBanker })),
    }),
  );
}

/** A price that was shown, exactly: decimals of it are thousandths. */
function thousandthsOf(odds: number): number {
  const parsed = parseOdds(odds);
  invariant(parsed.ok, `not a price: ${odds}`);
  return parsed.value;
}

function valueOut(parentId: string, valueMinor: number, paidMinor: number, stakeMinor: number) {
  return {
    parent_id: parentId,
    value: toMajor(minor(valueMinor)),
    tax: toMajor(minor(valueMinor - paidMinor)),
    net_value: toMajor(minor(paidMinor)),
    stake: toMajor(minor(stakeMinor)),
    difference: toMajor(minor(stakeMinor - paidMinor)),
  };
}
