/**
 * One player's wallet, named `<country>:<user id>`: ledger, holds, bets and limits. RPC only: check the shape, run the command, tell
 * who must know. Rules are in shared/ and commands/, SQL in the stores; each area of verbs has a class of its own below this one.
 */
import type { WalletRpc } from "../../shared/protocol/rpc/wallet.ts";
import type { WalletAcceptanceRpc } from "../../shared/protocol/rpc/wallet-acceptance.ts";
import type { WalletCashOutRpc } from "../../shared/protocol/rpc/wallet-cash-out.ts";
import type { WalletPromotionsRpc } from "../../shared/protocol/rpc/wallet-promotions.ts";
import { WalletPromotions } from "./wallet-promotions.ts";

export class Wallet extends WalletPromotions implements WalletRpc, WalletAcceptanceRpc, WalletCashOutRpc, WalletPromotionsRpc {}
