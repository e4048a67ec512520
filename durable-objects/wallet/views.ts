/** Rows of the wallet's stores as its callers see them. */
import type { Account } from "../../shared/ledger/model.ts";
import type { AccountView, WalletView } from "../../shared/protocol/rpc/wallet.ts";
import { type Hold, remainingOf } from "./hold-store.ts";

export function accountView({ code, postedMinor, heldMinor, floorMinor, frozen }: Account): AccountView {
  return { account: code, postedMinor, heldMinor, floorMinor, frozen };
}

export function openHoldView(hold: Hold): WalletView["openHolds"][number] {
  const { holdId, purpose, ref, expiresAtMs } = hold;
  return { holdId, purpose, amountMinor: remainingOf(hold), ref, expiresAtMs };
}
