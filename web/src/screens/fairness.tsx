/** Provably fair: what was published before play, and a check of any past round on the player's own device. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { call } from "../api/client.ts";
import type { CrashCommitment, PastRound } from "../api/types.ts";
import { Form } from "../components/field.tsx";
import { Icon } from "../components/icons.tsx";
import { multiplier } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { troubleText } from "../stores/toasts.ts";

interface Loaded {
  readonly commitment: CrashCommitment;
  readonly rounds: readonly PastRound[];
  readonly nextHash: string;
}

async function load(): Promise<Loaded> {
  const current = await call<{ game_id: string; server_seed_hash: string }>("GET", "/api/v1/games/crash/current");
  const [commitment, history] = await Promise.all([
    call<CrashCommitment>("GET", `/api/v1/games/crash/${encodeURIComponent(current.game_id)}/fairness`),
    call<{ games: readonly PastRound[] }>("GET", "/api/v1/games/crash/history?limit=50"),
  ]);
  return { commitment, rounds: history.games, nextHash: current.server_seed_hash };
}

export function Fairness({ roundNumber }: { roundNumber: number | null }): JSX.Element {
  const loaded = useSignal<Loaded | null>(null);
  const trouble = useSignal<string | null>(null);
  useEffect(() => {
    load().then(
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
      <h1>{t("fairness")}</h1>
      <p class="muted">{t("fair_intro")}</p>
      {loaded.value === null ? <p class="empty">{trouble.value ?? t("loading")}</p> : <Facts loaded={loaded.value} />}
      {loaded.value === null ? null : <Check loaded={loaded.value} roundNumber={roundNumber} />}
    </div>
  );
}

function Facts({ loaded }: { loaded: Loaded }): JSX.Element {
  const { commitment } = loaded;
  return (
    <dl class="card facts">
      <dt>{t("fair_now")}</dt>
      <dd class="mono">{loaded.nextHash}</dd>
      <dt>{t("fair_end")}</dt>
      <dd class="mono">{commitment.terminating_hash}</dd>
      <dt>{t("fair_salt")}</dt>
      <dd class="mono">{commitment.salt ?? "–"}</dd>
      <dt>{t("fair_edge")}</dt>
      <dd>
        {commitment.house_edge_bp / 100}% · {commitment.algorithm}
      </dd>
    </dl>
  );
}

interface Verdict {
  readonly isRight: boolean;
  readonly point: number;
  readonly claimed: number;
  readonly isLinked: boolean | null;
}

function Check({ loaded, roundNumber }: { loaded: Loaded; roundNumber: number | null }): JSX.Element {
  const chosen = useSignal(String(roundNumber ?? loaded.rounds[0]?.round_number ?? ""));
  const verdict = useSignal<Verdict | null>(null);
  const round = loaded.rounds.find((one) => String(one.round_number) === chosen.value);
  const check = async (): Promise<void> => {
    const { commitment } = loaded;
    if (round === undefined || commitment.salt === null) return;
    const { verifyRound } = await import("../crash/verify-round.ts");
    const rules = {
      salt: commitment.salt,
      houseEdgeBasisPoints: commitment.house_edge_bp,
      capHundredths: Math.round(commitment.max_multiplier * 100),
    };
    const answer = verifyRound(round.server_seed, hashBefore(loaded, round), rules);
    const point = (answer?.crashHundredths ?? 0) / 100;
    verdict.value = { isRight: point === round.crash_point, point, claimed: round.crash_point, isLinked: answer?.isLinked ?? null };
  };
  return (
    <section class="card">
      <h2>{t("fair_check")}</h2>
      <Form action={t("fair_verify")} disabled={round === undefined} send={check}>
        <RoundChoice rounds={loaded.rounds} chosen={chosen} onChoice={() => (verdict.value = null)} />
        {round === undefined ? null : (
          <p>
            <span class="muted">{t("fair_hash")}</span>
            <br />
            <span class="mono breaks">{round.server_seed}</span>
          </p>
        )}
        {verdict.value === null ? null : <VerdictText verdict={verdict.value} />}
      </Form>
    </section>
  );
}

/** The hash that was public before this round: the last round's, or the chain's end for the first. */
function hashBefore({ commitment, rounds }: Loaded, round: PastRound): string | null {
  if (round.round_number === commitment.first_round) return commitment.terminating_hash;
  return rounds.find((one) => one.round_number === round.round_number - 1)?.server_seed ?? null;
}

interface RoundChoiceProps {
  readonly rounds: readonly PastRound[];
  readonly chosen: Signal<string>;
  readonly onChoice: () => void;
}

function RoundChoice({ rounds, chosen, onChoice }: RoundChoiceProps): JSX.Element {
  return (
    <div class="field">
      <label for="fair-round">{t("last_rounds")}</label>
      <select
        id="fair-round"
        value={chosen.value}
        onChange={(event) => {
          chosen.value = event.currentTarget.value;
          onChoice();
        }}
      >
        {rounds.map((one) => (
          <option key={one.round_number} value={String(one.round_number)}>
            {t("round", { number: one.round_number })} · {multiplier(one.crash_point)}
          </option>
        ))}
      </select>
    </div>
  );
}

function VerdictText({ verdict }: { verdict: Verdict }): JSX.Element {
  const values = { point: multiplier(verdict.point), claimed: multiplier(verdict.claimed) };
  return (
    <div role="status">
      <p class={`outcome ${verdict.isRight ? "won" : "lost"}`}>{t(verdict.isRight ? "fair_ok" : "fair_bad", values)}</p>
      {verdict.isLinked === null ? null : <p class="muted">{t(verdict.isLinked ? "fair_link_ok" : "fair_link_bad")}</p>}
    </div>
  );
}
