/** What the wallet knows of promotions: granting, taking and reading, and the end of bonuses that were not wagered in time. RPC only. */

import type { Result } from "../../shared/kernel/result.ts";
import { HOUR_MS } from "../../shared/kernel/time.ts";
import { isAccountCode } from "../../shared/ledger/chart.ts";
import type * as rpc from "../../shared/protocol/rpc/wallet.ts";
import type { ImportProgress, ImportRefusal } from "../../shared/protocol/rpc/wallet-export.ts";
import type * as promotions from "../../shared/protocol/rpc/wallet-promotions.ts";
import type { AlarmJob } from "../platform/alarm-table.ts";
import { lockedAccountOf, toBonusView } from "./bonus-store.ts";
import { toBoostGrantView } from "./boost-grant-store.ts";
import { assertAmounts, assertPositive, assertTexts } from "./command-shape.ts";
import { acceptBonus, expireBonuses, giveUpBonus, grantBonus } from "./commands/bonus.ts";
import { grantBoost } from "./commands/boost.ts";
import { grantFreeBet } from "./commands/free-bet.ts";
import { toFreeBetView } from "./free-bet-store.ts";
import { exclusionAt } from "./profile-store.ts";
import { WalletAcceptance } from "./wallet-acceptance.ts";

/** The longest time for which anything may be promised. */
const DAYS_MAX = 366;
const EXPIRY_JOB = "expire-bonuses";

export abstract class WalletPromotions extends WalletAcceptance {
  override async importPage(lines: readonly string[]): Promise<Result<ImportProgress, ImportRefusal>> {
    const progress = await super.importPage(lines);
    if (progress.ok && progress.value.isDone) this.#expireInTime();
    return progress;
  }

  async grantFreeBet(command: promotions.GrantFreeBet): Promise<rpc.WalletReply<promotions.FreeBetView>> {
    const { key, freeBetId, campaignId, reason, amountMinor, days, terms } = command;
    assertTexts(key, freeBetId, campaignId, reason);
    assertPositive(amountMinor, days, terms.selectionsMin, terms.oddsMinThousandths, terms.returnedDays);
    if (days > DAYS_MAX || terms.returnedDays > DAYS_MAX) throw new TypeError("not a token's time");
    return this.done(grantFreeBet(this.stores, command, this.moment()));
  }

  async grantBoost(command: promotions.GrantBoost): Promise<rpc.WalletReply<promotions.BoostGrantView>> {
    const { key, grantId, boostId, reason, stakeMaxMinor, uses, days } = command;
    assertTexts(key, grantId, boostId, reason);
    assertPositive(stakeMaxMinor, uses, days);
    if (days > DAYS_MAX) throw new TypeError("not a boost's time");
    return this.done(grantBoost(this.stores, command, this.moment()));
  }

  async grantBonus(command: promotions.GrantBonus): Promise<rpc.WalletReply<promotions.BonusView>> {
    const { key, bonusId, campaignId, depositId, reason, amountMinor, requiredMinor, days, offerDays, terms } = command;
    assertTexts(key, bonusId, campaignId, reason, depositId ?? "none");
    assertPositive(amountMinor, requiredMinor, days, offerDays ?? 1, terms.times, terms.convertedMaxMinor ?? 1);
    for (const { weightPercent, oddsMinThousandths, totalOddsMinThousandths } of terms.counts)
      assertAmounts(weightPercent, oddsMinThousandths, totalOddsMinThousandths);
    if (Math.max(days, offerDays ?? 1) > DAYS_MAX) throw new TypeError("not a bonus's time");
    // An account that the chart does not have would break the entry and freeze the wallet.
    if (!isAccountCode(lockedAccountOf(bonusId))) throw new TypeError(`not a bonus: ${bonusId}`);
    return this.#ending(grantBonus(this.stores, command, this.moment()));
  }

  async acceptBonus(command: promotions.NamedBonus): Promise<rpc.WalletReply<promotions.BonusView>> {
    assertTexts(command.bonusId);
    return this.#ending(acceptBonus(this.stores, command, this.moment()));
  }

  async giveUpBonus(command: promotions.NamedBonus): Promise<rpc.WalletReply<promotions.BonusView>> {
    assertTexts(command.bonusId);
    return this.#ending(giveUpBonus(this.stores, command, this.moment()));
  }

  async promotions(depositsSinceMs?: number): Promise<promotions.PromotionsView> {
    assertAmounts(depositsSinceMs);
    const { profiles, freeBets, bonuses, boosts, payments } = this.stores;
    const { nowMs } = this.moment();
    const profile = profiles.profile();
    return {
      freeBets: freeBets.all().map((token) => toFreeBetView(token, nowMs)),
      bonuses: bonuses.all().map((bonus) => toBonusView(bonus, nowMs)),
      boosts: boosts.all().map(toBoostGrantView),
      deposits: depositsSinceMs === undefined ? [] : payments.unmatchedSince(depositsSinceMs),
      isExcluded: profile !== null && exclusionAt(profile, nowMs) !== null,
    };
  }

  protected override async runJob(job: AlarmJob): Promise<void> {
    if (job.key !== EXPIRY_JOB) return super.runJob(job);
    if (expireBonuses(this.stores, this.moment()) > 0) {
      this.jobs.afterCommand();
      this.tellBalance();
    }
    // What is due and could not be ended (the wallet is frozen) is tried again later, not at once and for ever.
    this.#expireInTime(Date.now() + HOUR_MS);
  }

  /** What a command that moves a bonus answered, after its end was planned. */
  #ending<T>(reply: rpc.WalletReply<T>): rpc.WalletReply<T> {
    if (reply.ok && !reply.value.replayed) this.#expireInTime();
    return this.done(reply);
  }

  /** Plans the end of the next offer or bonus to end; one that is due already at `overdueAtMs`. */
  #expireInTime(overdueAtMs = 0): void {
    const nextMs = this.stores.bonuses.nextEndMs();
    if (nextMs === null) return;
    this.alarms.schedule(EXPIRY_JOB, nextMs <= Date.now() ? Math.max(nextMs, overdueAtMs) : nextMs);
    this.alarms.arm();
  }
}
