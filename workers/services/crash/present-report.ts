/** A crash game's report to its operators, as the API writes it. */
import type * as z from "zod";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { chainImportOut, chainOut, closingOut, gameReportOut } from "../../../shared/protocol/http/crash-operators.ts";
import type { ChainImport, ChainView, Closing, GameReport, RtpView } from "../../../shared/protocol/rpc/crash-fairness.ts";

/** Parts of the stakes are shown to a hundredth of a percent. */
const SHARE_DIGITS = 10_000;

export function presentReport(report: GameReport): z.input<typeof gameReportOut> {
  return {
    game_id: report.gameId,
    closed: report.closing === null ? null : presentClosing(report.closing),
    chains: report.chains.map(presentChain),
    importing: report.importing === null ? null : presentImport(report.importing),
    rtp: report.rtp.map(presentRtp),
  };
}

export function presentClosing({ reason, detail, closedAtMs }: Closing): z.input<typeof closingOut> {
  return { reason, detail, since: toRfc3339(unixMs(closedAtMs)) };
}

export function presentImport({ terminatingHash, pages, nextPage }: ChainImport): z.input<typeof chainImportOut> {
  return { terminating_hash: terminatingHash, pages, next_page: nextPage };
}

export function presentChain(chain: ChainView): z.input<typeof chainOut> {
  return {
    number: chain.number,
    origin: chain.origin,
    terminating_hash: chain.terminatingHash,
    length: chain.length,
    first_round: chain.firstRound,
    published_at: toRfc3339(unixMs(chain.publishedAtMs)),
    has_salt: chain.hasSalt,
    announced_salt_source: chain.announcedSource,
  };
}

function presentRtp({
  span,
  sinceMs,
  sums,
  actual,
  theoretical,
  tolerance,
  isBreached,
}: RtpView): z.input<typeof gameReportOut>["rtp"][number] {
  const share = (part: number): number => Math.round(part * SHARE_DIGITS) / SHARE_DIGITS;
  return {
    span,
    since: sums.rounds === 0 ? null : toRfc3339(unixMs(sinceMs)),
    rounds: sums.rounds,
    bets: sums.bets,
    staked: toMajor(minor(sums.stakedMinor)),
    paid: toMajor(minor(sums.paidMinor)),
    actual: share(actual),
    theoretical: share(theoretical),
    tolerance: share(tolerance),
    breached: isBreached,
  };
}
