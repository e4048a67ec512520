/** The crash games as metric families: whether each is open, and what its bets returned against what they should. */
import { log } from "../../../durable-objects/platform/log.ts";
import type { GameReport } from "../../../shared/protocol/rpc/crash-fairness.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { COUNTRIES } from "../../../shared/tenants/tenant.ts";
import type { Env } from "../../env.ts";
import { crashGame } from "../crash/crash-objects.ts";
import type { Family, Sample } from "./prometheus.ts";

/** Asks every game; one that does not answer is logged and has no samples. */
export async function crashReports(env: Env): Promise<readonly GameReport[]> {
  const reports = await Promise.all(
    COUNTRIES.map(async (country): Promise<GameReport | null> => {
      try {
        return await crashGame(env, tenantOf(country)).fairnessReport();
      } catch (error) {
        log("warn", "crash_report_failed", { country, error });
        return null;
      }
    }),
  );
  return reports.filter((report) => report !== null);
}

export function crashFamilies(reports: readonly GameReport[]): readonly Family[] {
  const spans = (of: (span: GameReport["rtp"][number]) => number): Sample[] =>
    reports.flatMap(({ gameId, rtp }) => rtp.map((span) => ({ labels: { game: gameId, span: span.span }, value: of(span) })));
  return [
    {
      name: "crash_game_closed",
      help: "1 while a crash game opens no round, with the reason.",
      type: "gauge",
      samples: reports.map(({ gameId, closing }) => ({
        labels: { game: gameId, reason: closing?.reason ?? "" },
        value: closing === null ? 0 : 1,
      })),
    },
    { name: "crash_rtp_actual", help: "Paid return, a part of the stakes.", type: "gauge", samples: spans(({ actual }) => actual) },
    { name: "crash_rtp_theoretical", help: "Return by the rules.", type: "gauge", samples: spans(({ theoretical }) => theoretical) },
    {
      name: "crash_rtp_tolerance",
      help: "How far the two may be apart by chance.",
      type: "gauge",
      samples: spans(({ tolerance }) => tolerance),
    },
    { name: "crash_rtp_rounds", help: "Rounds with bets that were judged.", type: "gauge", samples: spans(({ sums }) => sums.rounds) },
  ];
}
