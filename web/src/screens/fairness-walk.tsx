/** The walk down a round's chain to its published end, in a worker, with how far it is and a way to stop. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type ChainWalker, startWalker, type WalkerMessage } from "../crash/walk-chain.ts";
import { t } from "../i18n/i18n.ts";
import type { CheckableRound } from "./fairness-check.tsx";

type Walk =
  | { readonly state: "loading" | "resting" }
  | { readonly state: "walking"; readonly done: number }
  | { readonly state: "arrived"; readonly hash: string };

export function ChainWalk({ round }: { round: CheckableRound }): JSX.Element {
  const walk = useSignal<Walk>({ state: "loading" });
  const walker = useRef<ChainWalker | null>(null);
  const links = round.round_number - round.first_round + 1;
  useEffect(() => {
    const hear = (message: WalkerMessage): void => {
      if (message.kind === "ready") walk.value = { state: "resting" };
      else if (walk.value.state !== "walking") return;
      else walk.value = message.kind === "end" ? { state: "arrived", hash: message.hash } : { state: "walking", done: message.done };
    };
    walker.current = startWalker(hear);
    return () => walker.current?.close();
  }, []);
  const start = (): void => {
    walk.value = { state: "walking", done: 0 };
    walker.current?.order({ kind: "walk", hash: round.server_seed, links });
  };
  const stop = (): void => {
    walk.value = { state: "resting" };
    walker.current?.order({ kind: "stop" });
  };
  const now = walk.value;
  return (
    <section class="card walk">
      <h2>{t("fair_walk")}</h2>
      <p class="muted">{t("fair_walk_about", { number: round.round_number, links })}</p>
      {now.state === "walking" ? (
        <>
          <progress max={links} value={now.done} aria-label={t("fair_walk")} />
          <button type="button" class="button quiet" onClick={stop}>
            {t("fair_walk_stop")} · {t("fair_walk_done", { done: now.done, links })}
          </button>
        </>
      ) : (
        <button type="button" class="button quiet" disabled={now.state === "loading"} onClick={start}>
          {t("fair_walk_start")}
        </button>
      )}
      <div role="status">{now.state === "arrived" ? <Arrival hash={now.hash} round={round} links={links} /> : null}</div>
    </section>
  );
}

function Arrival({ hash, round, links }: { hash: string; round: CheckableRound; links: number }): JSX.Element {
  const isRight = hash === round.terminating_hash;
  return (
    <>
      <p class="mono breaks">{hash}</p>
      <p class={`outcome ${isRight ? "won" : "lost"}`}>{t(isRight ? "fair_walk_ok" : "fair_walk_bad", { links })}</p>
    </>
  );
}
