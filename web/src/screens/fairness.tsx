/**
 * Provably fair: what was published before play, and a check of any finished round on the player's own device.
 *
 * Everything that a check needs is loaded with the screen; after that it works without a connection.
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { call } from "../api/client.ts";
import type { CrashCommitment, PastRound, RoundProof } from "../api/types.ts";
import { Icon } from "../components/icons.tsx";
import { RoundTotals } from "../components/round-totals.tsx";
import { t } from "../i18n/i18n.ts";
import { troubleText } from "../stores/toasts.ts";
import { type CheckableRound, FairnessCheck } from "./fairness-check.tsx";

type CheckModule = typeof import("../crash/verify-round.ts");

interface Loaded {
  readonly commitment: CrashCommitment;
  readonly rounds: readonly CheckableRound[];
  readonly nextHash: string;
  readonly workOut: CheckModule["workOut"];
}

async function load(roundNumber: number | null): Promise<Loaded> {
  const current = await call<{ game_id: string; server_seed_hash: string }>("GET", "/api/v1/games/crash/current");
  const game = `/api/v1/games/crash/${encodeURIComponent(current.game_id)}`;
  const [commitment, history, asked, { workOut }] = await Promise.all([
    call<CrashCommitment>("GET", `${game}/fairness`),
    call<{ games: readonly PastRound[] }>("GET", `${game}/history?limit=50`),
    roundNumber === null ? null : call<RoundProof>("GET", `${game}/rounds/${roundNumber}`),
    import("../crash/verify-round.ts"),
  ]);
  const recent = history.games.flatMap((round, index) => checkable(commitment, round, history.games[index + 1] ?? null));
  const rounds = asked === null ? recent : [asked, ...recent.filter((round) => round.round_number !== asked.round_number)];
  return { commitment, rounds, nextHash: current.server_seed_hash, workOut };
}

/** A recent round with its chain's values; one of an earlier chain is left to its own page. */
function checkable(commitment: CrashCommitment, round: PastRound, before: PastRound | null): readonly CheckableRound[] {
  const { salt, house_edge_bp, max_multiplier, first_round, terminating_hash } = commitment;
  if (salt === null || round.round_number < first_round) return [];
  const previous = round.round_number === first_round ? terminating_hash : (before?.server_seed ?? null);
  return [{ ...round, salt, house_edge_bp, max_multiplier, first_round, terminating_hash, server_seed_hash: previous }];
}

export function Fairness({ roundNumber }: { roundNumber: number | null }): JSX.Element {
  const loaded = useSignal<Loaded | null>(null);
  const trouble = useSignal<string | null>(null);
  useEffect(() => {
    load(roundNumber).then(
      (answer) => {
        loaded.value = answer;
      },
      (error: unknown) => {
        trouble.value = troubleText(error);
      },
    );
  }, []);
  return (
    <div class="screen">
      <a class="back" href="/crash">
        <Icon name="back" />
        {t("crash")}
      </a>
      <h1>{roundNumber === null ? t("fairness") : t("round", { number: roundNumber })}</h1>
      {roundNumber === null ? null : <RoundTotals roundNumber={roundNumber} />}
      <p class="muted">{t("fair_intro")}</p>
      {loaded.value === null ? (
        <p class="empty">{trouble.value ?? t("loading")}</p>
      ) : (
        <>
          <FairnessCheck rounds={loaded.value.rounds} workOut={loaded.value.workOut} />
          <Facts loaded={loaded.value} />
        </>
      )}
    </div>
  );
}

function Facts({ loaded }: { loaded: Loaded }): JSX.Element {
  const { commitment } = loaded;
  return (
    <section class="card">
      <h2>{t("fair_published")}</h2>
      {commitment.closed === null ? null : <p class="outcome lost">{t("game_closed")}</p>}
      <dl class="facts">
        <Fact name={t("fair_now")} value={loaded.nextHash} />
        <Fact name={t("fair_end")} value={commitment.terminating_hash} />
        <Fact name={t("fair_salt")} value={commitment.salt ?? "–"} />
        <Fact name={t("fair_salt_source")} value={commitment.announced_salt_source ?? commitment.salt_source ?? "–"} />
        <dt>{t("fair_edge")}</dt>
        <dd>
          {commitment.house_edge_bp / 100}% · {commitment.algorithm}
        </dd>
        <Fact name={`${t("fair_maths")} ${commitment.maths.version}`} value={commitment.maths.sha256} />
        <Fact name={`${t("fair_game")} ${commitment.game.version}`} value={commitment.game.sha256} />
        <Fact name={t("fair_config")} value={commitment.config_sha256 ?? "–"} />
      </dl>
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string }): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd class="mono">{value}</dd>
    </>
  );
}
