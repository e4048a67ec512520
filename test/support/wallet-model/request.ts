/** A command as the model and the wallet both get it: the verb and what is said with it. */
import type * as rpc from "../../../shared/protocol/rpc/wallet.ts";
import type { AnswerOffer, DecideBet, HoldBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import type { DecideCashOut, EditBet, SetCashOutRule } from "../../../shared/protocol/rpc/wallet-cash-out.ts";

export type Request =
  | { readonly verb: "startDeposit"; readonly command: rpc.StartDeposit }
  | { readonly verb: "creditDeposit"; readonly command: rpc.CreditDeposit }
  | { readonly verb: "placeBet"; readonly command: rpc.PlaceBet }
  | { readonly verb: "holdBet"; readonly command: HoldBet }
  | { readonly verb: "decideBet"; readonly command: DecideBet }
  | { readonly verb: "answerOffer"; readonly command: AnswerOffer }
  | { readonly verb: "settleBet"; readonly command: rpc.SettleBet }
  | { readonly verb: "cashOut"; readonly command: rpc.CashOutBet }
  | { readonly verb: "setCashOutRule"; readonly command: SetCashOutRule }
  | { readonly verb: "removeCashOutRule"; readonly command: { readonly betId: string } }
  | { readonly verb: "decideCashOut"; readonly command: DecideCashOut }
  | { readonly verb: "editBet"; readonly command: EditBet }
  | { readonly verb: "startWithdrawal"; readonly command: rpc.StartWithdrawal }
  | { readonly verb: "confirmWithdrawal"; readonly command: { intentId: string; provider: string; receipt: string; occurredAtMs: number } }
  | { readonly verb: "failWithdrawal"; readonly command: { intentId: string; reason: string } }
  | { readonly verb: "reserveStake"; readonly command: rpc.ReserveStake }
  | { readonly verb: "settleStake"; readonly command: rpc.SettleStake }
  | { readonly verb: "releaseHold"; readonly command: rpc.ReleaseHold }
  | { readonly verb: "openAccount"; readonly command: rpc.OpenAccount }
  | { readonly verb: "setLimit"; readonly command: rpc.SetLimit }
  | { readonly verb: "post"; readonly command: rpc.PostManual }
  | { readonly verb: "reverse"; readonly command: rpc.ReverseEntry }
  | { readonly verb: "reserve"; readonly command: rpc.Reserve }
  | { readonly verb: "commit"; readonly command: rpc.CommitHold }
  | { readonly verb: "selfExclude"; readonly command: { key: string; untilMs: number | null; reason: string } }
  | { readonly verb: "freeze"; readonly command: { key: string; reason: string } }
  | { readonly verb: "unfreeze"; readonly command: { key: string; reason: string } };

/** Under which key the wallet remembers the answer, with its name space; null for a result, which is known by its version. */
export function storedKey({ verb, command }: Request): string | null {
  switch (verb) {
    case "startDeposit":
    case "placeBet":
    case "holdBet":
    case "answerOffer":
    case "cashOut":
    case "editBet":
    case "startWithdrawal":
    case "reserveStake":
    case "selfExclude":
      return `c:${command.key}`;
    case "openAccount":
    case "setLimit":
    case "post":
    case "reverse":
    case "reserve":
    case "commit":
      return `o:${command.key}`;
    case "creditDeposit":
      return `f:deposit:${command.receipt}`;
    case "confirmWithdrawal":
    case "failWithdrawal":
      return `f:${verb}:${command.intentId}`;
    case "settleStake":
    case "releaseHold":
    case "freeze":
    case "unfreeze":
      return `f:${verb}:${command.key}`;
    case "settleBet":
    case "decideBet":
    case "setCashOutRule":
    case "removeCashOutRule":
    case "decideCashOut":
      return null;
  }
}

const PRINTED: ReadonlySet<Request["verb"]> = new Set([
  ...(["placeBet", "holdBet", "answerOffer", "cashOut", "editBet", "startWithdrawal", "reserveStake"] as const),
]);
const RULE_OF = "rule of ";

/** The name under which a bet's newest rule is spoken of: its id is the wallet's own. */
export function ruleOf(betId: string): string {
  return `${RULE_OF}${betId}`;
}

/** The bet whose rule is spoken of. */
export function ruledBet(orderId: string): string {
  return orderId.slice(RULE_OF.length);
}

/** What must be equal for two requests under one key to be the same request. */
export function contentOf({ verb, command }: Request): string {
  // A provider tells the same payment at another time; a hold's first time stands.
  if (verb === "confirmWithdrawal") return `${verb}:${command.receipt}`;
  const { expiresAtMs: _server, ...said } = command as { expiresAtMs?: number };
  if (PRINTED.has(verb)) return `${verb}:${(command as { fingerprint: string }).fingerprint}`;
  return `${verb}:${JSON.stringify(said)}`;
}

/** What the wallet has to answer, and how it stands afterwards. */
export interface Expected {
  readonly reason: rpc.WalletRefusal["reason"] | null;
  /** The stored answer of an earlier request, or a result that changed nothing. */
  readonly isReplay: boolean;
  readonly seq: number;
  readonly cashMinor: number;
  readonly heldMinor: number;
  readonly availableMinor: number;
  readonly bonusMinor: number;
}
