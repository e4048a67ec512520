/** What the server tells this player: the balance after each entry, decided and settled bets. */
import { computed, effect, untracked } from "@preact/signals";
import { session } from "../api/session.ts";
import { money } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { openSocket } from "../sockets/socket.ts";
import { refreshWallet, takeBalance } from "./account.ts";
import { refreshBets } from "./bets.ts";
import { currency } from "./player.ts";
import { refreshPlaced } from "./slip.ts";
import { say, sayTrouble } from "./toasts.ts";

type UserFrame =
  | {
      readonly type: "balance";
      /** The wallet's entry sequence. */
      readonly seq: number;
      readonly balance: number;
      readonly available_balance: number;
      readonly held: number;
    }
  | {
      readonly type: "cash_out_decided";
      readonly automatic: boolean;
      readonly status: "TAKEN" | "REFUSED";
      readonly net_amount: number | null;
    }
  | { readonly type: "bet_settled" | "bet_decided" | "edit_decided" | "pong" | "error" };

/** After these the bets and the money may have changed. */
const HINTS: ReadonlySet<UserFrame["type"]> = new Set(["bet_settled", "cash_out_decided", "edit_decided"]);

function takeFrame(frame: UserFrame): void {
  if (frame.type === "balance") {
    takeBalance({ balance: frame.balance, available_balance: frame.available_balance, held: frame.held, version: frame.seq });
  }
  if (frame.type === "cash_out_decided" && frame.automatic && frame.net_amount !== null)
    say(t("cash_out_done", { amount: money(frame.net_amount, currency.value) }), "good");
  // Only a hint: what is shown is read again.
  if (frame.type === "bet_decided") Promise.all([refreshPlaced(), refreshBets()]).catch(sayTrouble);
  if (HINTS.has(frame.type)) Promise.all([refreshBets(), refreshWallet()]).catch(sayTrouble);
}

export function startUserChannel(): void {
  const isPlayer = computed(() => session.value !== null);
  effect(() => {
    if (!isPlayer.value) return undefined;
    const socket = untracked(() =>
      openSocket({
        path: "/ws/user",
        ping: '{"type":"ping"}',
        asPlayer: true,
        onLine: () => undefined,
        onFrame: (frame) => takeFrame(frame as UserFrame),
      }),
    );
    return () => socket.close();
  });
}
