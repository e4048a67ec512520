/**
 * Edits a bet (betting-rules 2.5): its value becomes the stake of a new bet at the prices of now. Quoted first, then confirmed: the
 * confirmation values and prices everything anew, pays the quoted value if that still stands and takes prices that are not lower; what is
 * worse comes back as a new quote. The money of both bets is one command of the wallet. While a match of either bet runs, the wallet keeps
 * the edit for its delay, and it is valued and priced once more.
 */
import type * as z from "zod";
import { sha256Bytes, sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { liveDelayMs } from "../../../shared/betting/acceptance.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { idFromDigest, isId } from "../../../shared/kernel/ids.ts";
import { invariant } from "../../../shared/kernel/invariant.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { type Minor, minor } from "../../../shared/money/minor.ts";
import { parseOdds } from "../../../shared/money/odds.ts";
import type { ConfirmEditRequest, EditRequest, editQuote } from "../../../shared/protocol/http/edit-bet.ts";
import type { AcceptedSelection, BetView, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { type EditReply, type EditRequestView, isEditRequest } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import { walletName, walletOf } from "../../adapters/objects.ts";
import { liveDelayAt } from "../../env.ts";
import { type Actor, refuse, requirePlayer, requirePlayerAtHome, type ServiceContext, type ServiceResult } from "../context.ts";
import { walletError } from "../wallet-refusal.ts";
import { acceptedBet } from "./accepted-bet.ts";
import { cashOutDelayMs, openFixtures } from "./cash-out-offer.ts";
import { type EditTerms, makeEdit, readEdit } from "./edit-token.ts";
import { type BetValue, betValue } from "./edit-worth.ts";
import { askFixtures } from "./fixture-channels.ts";
import { type EditedOut, type EditRequestOut, editError, editedOut, editRequestOut, refusedAs, valueOut } from "./present-edit.ts";
import { quoteBet } from "./quote-bet.ts";
import { readSlip } from "./read-slip.ts";

type QuoteOut = z.input<typeof editQuote>;

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
  /** How long a cash-out of it waits, milliseconds. */
  readonly delayMs: number;
}

async function valueNow(ctx: ServiceContext, actor: Actor, betId: string, stakeMinor: Minor | null): Promise<ServiceResult<Valued>> {
  const found = await acceptedBet(ctx, betId);
  if (!found.ok) return found;
  if (!found.value.isAccepted) return refuse("EDIT_CLOSED", { reason: "not_accepted" });
  const { bet } = found.value;
  const fixtures = await openFixtures(ctx.env, actor.country, bet);
  const value = betValue(actor.country, bet, { fixtures, stakeMinor, nowMs: ctx.nowMs });
  return value.ok ? ok({ bet, value: value.value, delayMs: cashOutDelayMs(ctx.config, actor.country, fixtures) }) : value;
}

async function quoteAt(
  ctx: ServiceContext,
  actor: Actor,
  { bet, value, delayMs }: Valued,
  request: EditRequest,
): Promise<ServiceResult<QuoteOut>> {
  const stakeMinor = request.stake ?? value.paidMinor;
  const slip = await readSlip(ctx.env, actor.country, { ...request, stake: stakeMinor }, "refused");
  if (!slip.ok) return slip;
  const quote = await quoteBet(ctx, { ...request, stake: stakeMinor });
  if (!quote.ok) return quote;
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
    delay_seconds: Math.max(delayMs / 1_000, quote.value.live_delay_seconds),
    bet: quote.value,
  });
}

export interface ConfirmEdit {
  readonly betId: string;
  readonly request: ConfirmEditRequest;
  readonly idempotencyKey: string | null;
}

/** Carried out, or waiting for the delay of a running match. */
export interface ConfirmedEdit {
  readonly body: EditedOut | EditRequestOut;
  readonly isWaiting: boolean;
  readonly replayed: boolean;
}

/**
 * Confirms a quote. Refuses VALIDATION_FAILED (no quote of ours for this bet and slip), EDIT_CHANGED with the new quote, what `quoteEdit`
 * and what placing a bet refuses. Idempotent by key; without one a quote can be confirmed once.
 */
export async function confirmEdit(
  ctx: ServiceContext,
  { betId, request, idempotencyKey }: ConfirmEdit,
): Promise<ServiceResult<ConfirmedEdit>> {
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
  if (known !== null) return answerOf(ctx, actor, known as WalletReply<EditReply>);
  const newId = idFromDigest("bet", sha256Bytes(canonical([actor.userId, key, fingerprint])));
  return send(ctx, actor, slip, { key, fingerprint, newId, terms });
}

interface Attempt {
  readonly key: string;
  readonly fingerprint: string;
  readonly newId: string;
  readonly terms: EditTerms;
}

async function send(
  ctx: ServiceContext,
  actor: Actor,
  request: EditRequest,
  { key, fingerprint, newId, terms }: Attempt,
): Promise<ServiceResult<ConfirmedEdit>> {
  const valued = await valueNow(ctx, actor, terms.betId, minor(terms.stakeMinor));
  if (!valued.ok) return valued;
  const slip = await readSlip(ctx.env, actor.country, { ...request, stake: minor(terms.stakeMinor) }, "refused");
  if (!slip.ok) return slip;
  const { selections: asked, stakeMinor, kind, systemSizes, bankers } = slip.value;
  const question = { country: actor.country, betId: newId, walletId: walletName(actor), stakeMinor };
  const prices = await askFixtures(ctx.env, question, asked);
  if (!prices.ok) return prices;
  const { selections, stakeMaxMinor } = prices.value;
  const { value } = valued.value;
  const isAsQuoted = value.stateVersion === terms.stateVersion && value.valueMinor >= terms.valueMinor && arePricesKept(terms, selections);
  if (!isAsQuoted || ctx.nowMs > terms.expiresAtMs) return changed(ctx, actor, valued.value, request);
  const { stateVersion, valueMinor, betId: parentId } = terms;
  const command = {
    ...{ key, fingerprint, betId: newId, parentId, stateVersion, valueMinor },
    ...{ kind, stakeMinor, systemSizes, bankers, stakeMaxMinor },
  };
  const wallet = walletOf(ctx.env, actor);
  const ofBet = liveDelayMs(selections, sportsRulesOf(actor.country).acceptance, prices.value.liveDelaysMs);
  const delayMs = Math.max(valued.value.delayMs, liveDelayAt(ctx.config, ofBet));
  const reply =
    delayMs === 0
      ? await wallet.editBet({ ...command, selections })
      : await wallet.requestEdit({ ...command, selections: atQuotedOdds(terms, selections), delayMs });
  return answerOf(ctx, actor, reply as WalletReply<EditReply>);
}

/** What is agreed to be the least; the prices themselves are asked again after the delay. */
function atQuotedOdds({ oddsThousandths }: EditTerms, selections: readonly AcceptedSelection[]): readonly AcceptedSelection[] {
  return selections.map((selection, index) => ({ ...selection, oddsThousandths: oddsThousandths[index] ?? selection.oddsThousandths }));
}

/** The better price is taken, a lower one is not. */
function arePricesKept({ oddsThousandths }: EditTerms, selections: readonly AcceptedSelection[]): boolean {
  return selections.every((selection, index) => selection.oddsThousandths >= (oddsThousandths[index] ?? 0));
}

async function changed(ctx: ServiceContext, actor: Actor, valued: Valued, request: EditRequest): Promise<ServiceResult<never>> {
  const quote = await quoteAt(ctx, actor, valued, request);
  return quote.ok ? refuse("EDIT_CHANGED", { quote: quote.value }) : quote;
}

/** A repeat of an edit that waited is told what became of it. */
async function answerOf(ctx: ServiceContext, actor: Actor, reply: WalletReply<EditReply>): Promise<ServiceResult<ConfirmedEdit>> {
  if (!reply.ok) return err(editError(walletError(reply.error, "stake")));
  const { value, replayed } = reply.value;
  if (!isEditRequest(value)) return ok({ body: editedOut(value), isWaiting: false, replayed });
  const wallet = walletOf(ctx.env, actor);
  const request = ((await wallet.editRequest(value.requestId)) as EditRequestView | null) ?? value;
  const { answer, parentId } = request;
  if (answer === null) return ok({ body: editRequestOut(request), isWaiting: true, replayed });
  if (!answer.isTaken) return err(refusedAs(answer));
  const bet = (await wallet.bet(answer.betId)) as BetView | null;
  if (bet === null) return refuse("NOT_FOUND");
  const { valueMinor, paidMinor } = answer;
  return ok({ body: editedOut({ bet, parentId, valueMinor, paidMinor }), isWaiting: false, replayed });
}

/** An edit that waited or waits, as it stands now; refuses NOT_FOUND. Reads only. */
export async function readEditRequest(ctx: ServiceContext, betId: string, requestId: string): Promise<ServiceResult<EditRequestOut>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  if (!isId("edr", requestId)) return refuse("NOT_FOUND");
  const request = (await walletOf(ctx.env, scope.value.actor).editRequest(requestId)) as EditRequestView | null;
  return request === null || request.parentId !== betId ? refuse("NOT_FOUND") : ok(editRequestOut(request));
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
