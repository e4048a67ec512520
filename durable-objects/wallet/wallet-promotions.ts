/** What the wallet knows of promotions: granting and reading. RPC only. */
import type * as rpc from "../../shared/protocol/rpc/wallet.ts";
import type * as promotions from "../../shared/protocol/rpc/wallet-promotions.ts";
import { assertPositive, assertTexts } from "./command-shape.ts";
import { grantFreeBet } from "./commands/free-bet.ts";
import { toFreeBetView } from "./free-bet-store.ts";
import { WalletAcceptance } from "./wallet-acceptance.ts";

/** The longest time for which a token may be promised. */
const DAYS_MAX = 366;

export abstract class WalletPromotions extends WalletAcceptance {
  async grantFreeBet(command: promotions.GrantFreeBet): Promise<rpc.WalletReply<promotions.FreeBetView>> {
    const { key, freeBetId, campaignId, reason, amountMinor, days, terms } = command;
    assertTexts(key, freeBetId, campaignId, reason);
    assertPositive(amountMinor, days, terms.selectionsMin, terms.oddsMinThousandths, terms.returnedDays);
    if (days > DAYS_MAX || terms.returnedDays > DAYS_MAX) throw new TypeError("not a token's time");
    return this.done(grantFreeBet(this.stores, command, this.moment()));
  }

  async promotions(): Promise<promotions.PromotionsView> {
    const { nowMs } = this.moment();
    return { freeBets: this.stores.freeBets.all().map((token) => toFreeBetView(token, nowMs)) };
  }
}
