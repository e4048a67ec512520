/** The check of one round: its values, changeable, the working step by step, and the walk down its chain. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { RoundProof } from "../api/types.ts";
import { Field, Form } from "../components/field.tsx";
import type { Working, workOut } from "../crash/verify-round.ts";
import { multiplier } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { ChainWalk } from "./fairness-walk.tsx";

/** What a round is checked with; the hash before it is not known for the oldest of a list. */
export type CheckableRound = Pick<
  RoundProof,
  "round_number" | "crash_point" | "server_seed" | "salt" | "house_edge_bp" | "max_multiplier" | "first_round" | "terminating_hash"
> & { readonly server_seed_hash: string | null };

interface FairnessCheckProps {
  readonly rounds: readonly CheckableRound[];
  readonly workOut: typeof workOut;
}

interface Checked {
  readonly round: CheckableRound;
  /** The values that were checked are the round's own. */
  readonly isOwn: boolean;
  readonly edge: number;
  readonly salt: string;
  readonly hash: string;
  readonly working: Working;
}

export function FairnessCheck({ rounds, workOut: work }: FairnessCheckProps): JSX.Element {
  const [first] = rounds;
  const chosen = useSignal(first);
  const hash = useSignal(first?.server_seed ?? "");
  const salt = useSignal(first?.salt ?? "");
  const edge = useSignal(String(first?.house_edge_bp ?? ""));
  const checked = useSignal<Checked | null>(null);
  const round = chosen.value;
  if (round === undefined) return <p class="empty">{t("fair_no_rounds")}</p>;
  const choose = (wanted: CheckableRound): void => {
    chosen.value = wanted;
    hash.value = wanted.server_seed;
    salt.value = wanted.salt;
    edge.value = String(wanted.house_edge_bp);
    checked.value = null;
  };
  const check = async (): Promise<void> => {
    const typed = { hash: hash.value.trim().toLowerCase(), salt: salt.value.trim(), edge: Number(edge.value) };
    const rules = { salt: typed.salt, houseEdgeBasisPoints: typed.edge, capHundredths: Math.round(round.max_multiplier * 100) };
    const isEdge = Number.isSafeInteger(typed.edge) && typed.edge >= 0 && typed.edge < 10_000;
    const working = isEdge ? work(typed.hash, rules) : null;
    if (working === null) throw new Error(t("fair_not_a_hash"));
    const isOwn = typed.hash === round.server_seed && typed.salt === round.salt && typed.edge === round.house_edge_bp;
    checked.value = { round, isOwn, ...typed, working };
  };
  return (
    <>
      <section class="card">
        <h2>{t("fair_check")}</h2>
        <Form action={t("fair_verify")} send={check}>
          <RoundChoice rounds={rounds} chosen={round} onChoice={choose} />
          <Field label={t("fair_hash")} value={hash} class="mono" autocomplete="off" required />
          <Field label={t("fair_salt")} value={salt} class="mono" autocomplete="off" required />
          <Field label={t("fair_edge_bp")} value={edge} inputMode="numeric" autocomplete="off" required />
        </Form>
        {checked.value === null ? null : <Steps checked={checked.value} />}
      </section>
      <ChainWalk key={round.round_number} round={round} />
    </>
  );
}

interface RoundChoiceProps {
  readonly rounds: readonly CheckableRound[];
  readonly chosen: CheckableRound;
  readonly onChoice: (round: CheckableRound) => void;
}

function RoundChoice({ rounds, chosen, onChoice }: RoundChoiceProps): JSX.Element {
  return (
    <div class="field">
      <label for="fair-round">{t("last_rounds")}</label>
      <select
        id="fair-round"
        value={String(chosen.round_number)}
        onChange={(event) => {
          const wanted = rounds.find((round) => String(round.round_number) === event.currentTarget.value);
          if (wanted !== undefined) onChoice(wanted);
        }}
      >
        {rounds.map((round) => (
          <option key={round.round_number} value={String(round.round_number)}>
            {t("round", { number: round.round_number })} · {multiplier(round.crash_point)}
          </option>
        ))}
      </select>
    </div>
  );
}

function Steps({ checked }: { checked: Checked }): JSX.Element {
  const { round, isOwn, edge, salt, hash, working } = checked;
  const { commitment, hmac, drawHex, draw, crashHundredths } = working;
  const point = crashHundredths / 100;
  const isRight = point === round.crash_point;
  const values = { point: multiplier(point), claimed: multiplier(round.crash_point) };
  const isLinked = round.server_seed_hash === null ? null : commitment === round.server_seed_hash;
  return (
    <div role="status">
      <ol class="working">
        <Step name={t("fair_step_hash")} value={hash} />
        <Step name={t("fair_step_link")} value={commitment} />
        <Step name={t("fair_step_salt")} value={salt} />
        <Step name={t("fair_step_hmac")} value={hmac} />
        <Step name={t("fair_step_draw")} value={`0x${drawHex} = ${draw}`} />
        <Step
          name={t("fair_step_formula")}
          value={`(10000 − ${edge}) × 2⁵² ÷ (100 × (2⁵² − ${draw})) → ${crashHundredths} ÷ 100 = ${multiplier(point)}`}
        />
      </ol>
      {isOwn ? (
        <>
          <p class={`outcome ${isRight ? "won" : "lost"}`}>{t(isRight ? "fair_ok" : "fair_bad", values)}</p>
          {isLinked === null ? null : <p class="muted">{t(isLinked ? "fair_link_ok" : "fair_link_bad")}</p>}
        </>
      ) : (
        <p class="outcome won">{t("fair_other", values)}</p>
      )}
    </div>
  );
}

function Step({ name, value }: { name: string; value: string }): JSX.Element {
  return (
    <li>
      <span class="muted small">{name}</span>
      <span class="mono breaks">{value}</span>
    </li>
  );
}
