/** The lounge's values as the API writes them; messages and rains as their frames have them. */
import type * as z from "zod";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import type { drawnRainOut, rainLogOut, reportsOut, shownNameOut } from "../../../shared/protocol/http/crash-lounge.ts";
import type { ChatReport, ShownName } from "../../../shared/protocol/rpc/crash-lounge.ts";
import { messageFrame, rainFrame } from "../../../shared/protocol/ws/crash-lounge-frames.ts";
import type { ReadRain } from "./rain.ts";

export function presentShownName({ name, consentedAtMs, withdrawnAtMs, wording }: ShownName): z.input<typeof shownNameOut> {
  return { name, consented_at: timeOrNull(consentedAtMs), withdrawn_at: timeOrNull(withdrawnAtMs), wording };
}

export function presentReports(reports: readonly ChatReport[]): z.input<typeof reportsOut> {
  return {
    reports: reports.map(({ reportId, message, authorUserId, reporterUserId, why, reportedAtMs }) => ({
      ...{ report_id: reportId, message: messageFrame(message), author_user_id: authorUserId, reporter_user_id: reporterUserId, why },
      reported_at: toRfc3339(unixMs(reportedAtMs)),
    })),
  };
}

export function presentDrawnRain({ rain, log }: ReadRain): z.input<typeof drawnRainOut> {
  return { ...rainFrame(rain), order: log.map(({ author }) => author) };
}

export function presentRainLog({ rain, log }: ReadRain): z.input<typeof rainLogOut> {
  return {
    ...rainFrame(rain),
    log: log.map(({ position, author, userId, outcome }) => ({ position, author, user_id: userId, outcome })),
  };
}

function timeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : toRfc3339(unixMs(atMs));
}
