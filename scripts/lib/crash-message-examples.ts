/**
 * One example of each frame of the crash game's two sockets, with when it comes: docs/crash-messages.md is made of them. The compiler
 * holds each against the protocol's type, so that a frame that is added or changed without its example does not build.
 */
import type { CrashClientMessage, CrashServerFrame, CrashServerFrameOf } from "../../shared/protocol/ws/crash.ts";
import type { LoungeServerFrame } from "../../shared/protocol/ws/crash-lounge.ts";

export interface Example<Frame> {
  readonly when: string;
  readonly frame: Frame;
}

type ClientFrames = { readonly [Type in CrashClientMessage["type"]]: Example<Extract<CrashClientMessage, { type: Type }>> };
type ServerFrames = { readonly [Type in CrashServerFrame["type"]]: Example<CrashServerFrameOf<Type>> };
type LoungeFrames = { readonly [Type in LoungeServerFrame["type"]]: Example<Extract<LoungeServerFrame, { type: Type }>> };

const HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const BET_ID = "crb_7ZK2N4Q8R1T5V9X3B6D0F2H4JM";
const SEQ = 1_795_430_412_345;
const STARTED = "2026-11-23T10:00:12.345Z";

const state = {
  game_id: "crash-ke",
  round_number: 412,
  status: "RUNNING",
  current_multiplier: 1.62,
  elapsed_ms: 8_042,
  started_at: STARTED,
  time_remaining: null,
  active_players: 318,
  server_seed_hash: HASH,
  closed: false,
  closed_for: null,
} as const;
const bet = {
  bet_id: BET_ID,
  round_number: 412,
  slot: "A",
  amount: 100,
  auto_cashout: 2.5,
  status: "ACTIVE",
  multiplier: null,
  payout: 0,
  limited_by: null,
} as const;
const result = {
  bet_id: BET_ID,
  slot: "A",
  cashed_out: true,
  multiplier: 2.5,
  payout: 250,
  limited_by: null,
  status: "CASHED_OUT",
} as const;
const rain = {
  rain_id: "ran_5GQ2N4Q8R1T5V9X3B6D0F2H4JM",
  state: "OPEN",
  amount: 20,
  shares: 50,
  claims: 12,
  ends_at: "2026-11-23T10:00:30.000Z",
  commitment: HASH,
  seed: null,
  drawn: 0,
} as const;
const message = {
  message_id: "msg_1M02N4Q8R1T5V9X3B6D0F2H4JM",
  author: "b515259d",
  name: "W***u",
  text: "hongera!",
  sent_at: STARTED,
} as const;

export const CLIENT_FRAMES: ClientFrames = {
  place_bet: {
    when: "To bet on the round that takes bets now. The same `key` again answers the same bet.",
    frame: { type: "place_bet", amount: 100, auto_cashout: 2.5, slot: "A", key: "6f0d2c1e" },
  },
  cashout: { when: "To cash a running bet out; without `bet_id` the player's only one.", frame: { type: "cashout", bet_id: BET_ID } },
  auth: { when: "To log in on an open connection, or again before the login ends.", frame: { type: "auth", ticket: "eyJ1c2VySWQi.5f2c" } },
  ping: { when: "To ask whether the line stands. The bare text `ping` is cheaper: it wakes nothing.", frame: { type: "ping" } },
};

export const SERVER_FRAMES: ServerFrames = {
  snapshot: {
    when: "First, and again after `auth`: all that a page begins with.",
    frame: {
      ...{
        type: "snapshot",
        seq: SEQ,
        ...state,
        curve_millionths_per_ms: 60,
        stake_min: 20,
        stake_max: 20_000,
        payout_max: 1_000_000,
        player_win_max: 1_500_000,
        table_win_max: 100_000_000,
      },
      ...{ currency: "KES", server_time: STARTED, history: [{ round_number: 411, crash_point: 1.87 }], authenticated: true, bets: [bet] },
    },
  },
  state_update: {
    when: "On each change of state, and once a second. Not in the lean form.",
    frame: { type: "state_update", seq: SEQ, ...state },
  },
  change: {
    when: "Lean form: on each change of state, the fields that differ from before.",
    frame: { type: "change", seq: SEQ, status: "RUNNING", elapsed_ms: 3, started_at: STARTED, time_remaining: null },
  },
  beat: {
    when: "Lean form: once a second. Players when their number changed, `left` when somebody cashed out.",
    frame: { type: "beat", seq: SEQ, elapsed_ms: 8_042, active_players: 318, left: 4 },
  },
  bets: {
    when: "The list of bets: whole after a snapshot, then what came, every 250 ms at most and 50 rows at most. Not in the lean form.",
    frame: {
      ...{
        type: "bets",
        seq: SEQ,
        round_number: 412,
        whole: false,
        table: { bets: 331, staked: 41_250 },
        game: { bets: 990, staked: 120_400 },
      },
      list: [{ bet: "1f3a09bc", player: "W***u", amount: 200, multiplier: 1.1, payout: 220 }],
    },
  },
  cashouts: {
    when: "Who has left, every 250 ms at most and 50 rows at most; `count` is complete. Not in the lean form.",
    frame: {
      ...{ type: "cashouts", seq: SEQ, round_number: 412, count: 3 },
      list: [{ bet: "1f3a09bc", player: "W***u", multiplier: 1.1, payout: 220 }],
    },
  },
  bet_confirmed: {
    when: "To all the player's connections: a bet is in.",
    frame: { type: "bet_confirmed", seq: SEQ, ...bet, key: "6f0d2c1e" },
  },
  plans: {
    when: "After a logged-in snapshot, and when they change: bets that wait for the next round, orders that play, and what was dropped and why.",
    frame: {
      ...{ type: "plans", seq: SEQ, queued: [{ slot: "B", round_number: 413, amount: 50, auto_cashout: null }] },
      autoplay: [{ slot: "A", amount: 100, auto_cashout: 2, rounds: 20, rounds_taken: 3, net: -100 }],
      dropped: null,
    },
  },
  cashout_success: {
    when: "To all the player's connections: a bet was cashed out, by hand or at its target.",
    frame: { type: "cashout_success", seq: SEQ, bet_id: BET_ID, multiplier: 2.5, payout: 250, limited_by: null },
  },
  crashed: {
    when: "The end of the round, with the hash that proves it and the player's own results.",
    frame: {
      ...{ type: "crashed", seq: SEQ, round_number: 412, crash_point: 3.07, server_seed: HASH },
      ...{ your_result: result, your_results: [result] },
    },
  },
  balance: {
    when: "To all the player's connections: the wallet after a stake or a payout. An older `entry_seq` than the last seen is ignored.",
    frame: { type: "balance", seq: SEQ, balance: 1_250.5, available_balance: 1_150.5, held: 100, currency: "KES", entry_seq: 87 },
  },
  moved: {
    when: "The player's table is another one now: connect again after this time.",
    frame: { type: "moved", seq: SEQ, reconnect_in_ms: 1_712 },
  },
  pong: { when: "The answer to a `ping` frame.", frame: { type: "pong", seq: SEQ, server_time: STARTED } },
  error: {
    when: "A frame was refused; codes as over HTTP. `request` says which frame; null also where the wallet takes no stake any more, whatever is asked.",
    frame: {
      ...{
        type: "error",
        seq: SEQ,
        code: "SLOT_TAKEN",
        message: "You have a bet in this slot already. Use the other slot, or the next round.",
      },
      ...{ details: {}, request: { type: "place_bet", key: "6f0d2c1e" } },
    },
  },
};

export const LOUNGE_FRAMES: LoungeFrames = {
  history: {
    when: "First: the newest messages, oldest first, and the rain that runs.",
    frame: { type: "history", messages: [message], rain, server_time: STARTED },
  },
  messages: {
    when: "What was said, every 250 ms at most, without those whom the reader mutes.",
    frame: { type: "messages", messages: [message] },
  },
  renamed: {
    when: "An author has agreed to be shown, or does not agree any more (null): it counts for all that they wrote.",
    frame: { type: "renamed", author: message.author, name: null },
  },
  deleted: { when: "An operator took a message away.", frame: { type: "deleted", message_id: message.message_id } },
  rain: {
    when: "A rain has begun, its shares are drawn, or all are given; `yours` says from the draw on whether this player has one.",
    frame: { type: "rain", rain: { ...rain, state: "DRAWN", claims: 80, seed: HASH, drawn: 50 }, yours: true },
  },
};
