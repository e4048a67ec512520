/**
 * Edits while a match of either bet runs: what the player confirmed is kept for the delay, valued and priced again, and then carried out
 * or refused, once. No money moves and none is held meanwhile; the player's side is checked again when it is carried out.
 */
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { walletError } from "../../../shared/protocol/http/wallet-error.ts";
import type { WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type {
  DecideEdit,
  EditAnswer,
  EditReply,
  EditRequestView,
  EditToDecide,
  EditVerdict,
  RequestEdit,
} from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import { sha256Bytes } from "../../platform/hash.ts";
import { toBetView } from "../bet-store.ts";
import { type EditRequest, toEditView } from "../edit-request-store.ts";
import { factKey } from "../idempotency-store.ts";
import { type CommandScope, type CommandSpec, type Moment, runCommand, runOnState } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { carryOut, editRefusal, editSpec } from "./edit-bet.ts";

type Refused = Extract<EditAnswer, { isTaken: false }>;

const NOT_DECIDED: Refused = { isTaken: false, code: "CASH_OUT_SUSPENDED", details: JSON.stringify({ reason: "not_decided" }) };
const CHANGED: Refused = { isTaken: false, code: "EDIT_CHANGED", details: JSON.stringify({ quote: null }) };

/**
 * Keeps an edit that is decided after `delayMs`. Refuses what `editBet` refuses, and `cash_out_waits` while another edit of the bet is
 * open. Idempotent by key, which is the edit's own.
 */
export function requestEdit(wallet: WalletStores, command: RequestEdit, moment: Moment): WalletReply<EditReply> {
  const spec = editSpec(command);
  return runCommand<EditReply>(wallet, moment, spec, (scope) => {
    const { key: _key, fingerprint: _print, delayMs, ...terms } = command;
    const requestId = idFromDigest("edr", sha256Bytes(`${scope.profile.walletId}:${spec.key}`));
    // A key that was forgotten made this request long ago: it can't make another.
    if (wallet.editRequests.find(requestId) !== null) return err({ reason: "idempotency_key_reused" });
    const refusal = editRefusal(wallet, command, scope, "new");
    if (refusal !== null) return refusal;

    // From here it must succeed.
    const decidesAtMs = moment.nowMs + delayMs;
    const endsAtMs = decidesAtMs + sportsRulesOf(scope.profile.country).acceptance.decisionMs;
    const facts = { requestId, betId: terms.betId, valueMinor: terms.valueMinor, stakeMinor: terms.stakeMinor, decidesAtMs };
    const { seq } = scope.post({ kind: "EDIT_REQUESTED", ref: terms.parentId, refType: "bet", facts });
    const request = { seq, requestId, terms, placedAtMs: moment.nowMs, decidesAtMs, endsAtMs, answer: null, decidedAtMs: null };
    wallet.editRequests.add(request);
    return ok(toEditView(request));
  });
}

/** A request that is due and the bet that it is about; null when there is nothing to decide now. */
export function editToDecide(wallet: WalletStores, requestId: string, { nowMs }: Moment): EditToDecide | null {
  const request = wallet.editRequests.find(requestId);
  if (request === null || request.answer !== null || request.decidesAtMs > nowMs) return null;
  const parent = wallet.bets.find(request.terms.parentId);
  return parent === null ? null : { terms: request.terms, parent: toBetView(parent) };
}

/**
 * Carries out a request at what its fixtures say, or ends it. Refuses `not_found`, and `reservation_expired` for prices that were held
 * too long: ask again. Idempotent: `replayed` says that nothing has changed.
 */
export function decideEdit(wallet: WalletStores, { requestId, verdict }: DecideEdit, moment: Moment): WalletReply<EditRequestView> {
  const spec: CommandSpec = { name: "decide_edit", key: factKey(`edit:${requestId}`), fingerprint: "" };
  return runOnState<EditRequestView>(wallet, moment, spec, (scope) => {
    const request = wallet.editRequests.find(requestId);
    if (request === null) return err({ reason: "not_found" });
    if (request.answer !== null || request.decidesAtMs > moment.nowMs) return ok({ value: toEditView(request), replayed: true });
    const answer = answerTo(wallet, request, verdict, scope);
    if (answer === null) return err({ reason: "reservation_expired" });
    wallet.editRequests.answer(requestId, answer, moment.nowMs);
    return ok({ value: toEditView({ ...request, answer, decidedAtMs: moment.nowMs }), replayed: false });
  });
}

/** What the request has come to, carried out if it is taken; null when its prices are too old to say. */
function answerTo(wallet: WalletStores, request: EditRequest, verdict: EditVerdict, scope: CommandScope): EditAnswer | null {
  if (request.endsAtMs <= scope.moment.nowMs) return ended(request, NOT_DECIDED, scope);
  if (verdict.verdict === "refused") return ended(request, { isTaken: false, code: verdict.code, details: verdict.details }, scope);
  const { terms } = request;
  const { selections, stakeMaxMinor } = verdict;
  const isAsAgreed =
    verdict.valueMinor >= terms.valueMinor &&
    verdict.stateVersion === terms.stateVersion &&
    terms.selections.every((asked, index) => (selections[index]?.oddsThousandths ?? 0) >= asked.oddsThousandths);
  if (!isAsAgreed) return ended(request, CHANGED, scope);
  const edit = { ...terms, selections, stakeMaxMinor };
  const refusal = editRefusal(wallet, edit, scope, "waited");
  if (refusal === null) {
    const { bet, valueMinor, paidMinor } = carryOut(wallet, edit, scope);
    return { isTaken: true, betId: bet.betId, valueMinor, paidMinor };
  }
  if (refusal.error.reason === "reservation_expired") return null;
  const { code, details = {} } = walletError(refusal.error, "stake");
  return ended(request, { isTaken: false, code, details: JSON.stringify(details) }, scope);
}

function ended({ requestId, terms }: EditRequest, answer: Refused, scope: CommandScope): Refused {
  scope.post({ kind: "EDIT_REFUSED", ref: terms.parentId, refType: "bet", facts: { requestId, code: answer.code } });
  return answer;
}
