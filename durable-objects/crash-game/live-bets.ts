/**
 * The list of a round's bets as the full form of the socket shows it: new bets and cash-outs in batches, with the totals of the table and
 * of the game. Lean connections get none of it.
 *
 * A player is named only with a consent, and masked. Where the law does not let us show players at all, those without one are not in the
 * list but only in the totals; elsewhere they are there without a name.
 */
import { toMultiplier } from "../../shared/crash/multiplier.ts";
import type { RoundView } from "../../shared/protocol/rpc/crash.ts";
import type { CrashServerFrameOf } from "../../shared/protocol/ws/crash.ts";
import type { Tenant } from "../../shared/tenants/tenant.ts";
import { sha256Hex } from "../platform/hash.ts";
import { major } from "./crash-frames.ts";
import type { LiveBetRow, LiveBetStore, LiveTotals } from "./live-bet-store.ts";
import type { ShownNames } from "./shown-names.ts";
import type { BetRow } from "./table-rows.ts";
import type { TableSockets } from "./table-sockets.ts";

const BATCH_MS = 250;
/** Rows of one frame; the counts are complete anyway. */
const LISTED_MAX = 50;
/** Enough to join a cash-out to its bet in a round, and nothing beyond it. */
const TAG_CHARS = 8;

type BetItem = CrashServerFrameOf<"bets">["list"][number];
type CashOutItem = CrashServerFrameOf<"cashouts">["list"][number];

export class LiveBets {
  readonly #sockets: TableSockets;
  readonly #store: LiveBetStore;
  readonly #names: ShownNames;
  readonly #tenant: Tenant;
  #placed: LiveBetRow[] = [];
  #left: BetRow[] = [];
  #leftCount = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** All that was staked on the round in the game, by its last word. */
  #game: { readonly round: number; readonly totals: LiveTotals } | null = null;
  /** How many have cashed out since lean connections were told. */
  #leftSinceBeat = 0;

  constructor(sockets: TableSockets, store: LiveBetStore, names: ShownNames, tenant: Tenant) {
    this.#sockets = sockets;
    this.#store = store;
    this.#names = names;
    this.#tenant = tenant;
  }

  /** Knows the names that a connection that comes now is shown. Never throws. */
  async prepare(round: number, nowMs: number): Promise<void> {
    await this.#names.load(
      this.#store.highest(round, LISTED_MAX).map((bet) => bet.user_id),
      nowMs,
    );
  }

  /** What the table says of the round to the game. */
  totals(round: number): LiveTotals {
    return this.#store.totals(round);
  }

  /** The whole list, to a connection that begins. */
  greet(socket: WebSocket, round: number, nowMs: number): void {
    this.#sockets.send(socket, this.#whole(round, nowMs));
  }

  placed(bet: BetRow): void {
    if (this.#placed.length < LISTED_MAX) this.#placed.push(bet);
    this.#wait();
  }

  cashedOut(bets: readonly BetRow[]): void {
    this.#left.push(...bets.slice(0, LISTED_MAX - this.#left.length));
    this.#leftCount += bets.length;
    this.#leftSinceBeat += bets.length;
    if (bets.length > 0) this.#wait();
  }

  /** The game says what was staked at all its tables. */
  heard({ roundNumber, bets, stakedMinor }: RoundView): void {
    if (bets !== undefined && stakedMinor !== undefined) this.#game = { round: roundNumber, totals: { bets, stakedMinor } };
  }

  /** A player's consent has changed: the list is told anew. */
  async nameChanged(userId: string, name: string | null, round: number, nowMs: number): Promise<void> {
    this.#names.set(userId, name, nowMs);
    if (!this.#sockets.hasFull()) return;
    await this.prepare(round, nowMs);
    this.#sockets.sendFull(this.#whole(round, nowMs));
  }

  /** How many have left since the last such question. */
  takeLeft(): number {
    const left = this.#leftSinceBeat;
    this.#leftSinceBeat = 0;
    return left;
  }

  /** Sends what waits, with the names that are known: the round's end does not wait for any. */
  flush(nowMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const [placed, left, count] = [this.#placed, this.#left, this.#leftCount];
    [this.#placed, this.#left, this.#leftCount] = [[], [], 0];
    const firstPlaced = placed[0];
    const firstLeft = left[0];
    if (!this.#sockets.hasFull()) return;
    if (firstPlaced !== undefined) this.#sockets.sendFull(this.#bets(firstPlaced.round, placed, false, nowMs));
    if (firstLeft !== undefined)
      this.#sockets.sendFull({ type: "cashouts", round_number: firstLeft.round, count, list: this.#cashOuts(left, nowMs) });
  }

  #wait(): void {
    this.#timer ??= setTimeout(() => void this.#send(), BATCH_MS);
  }

  async #send(): Promise<void> {
    // For nobody names need not be asked.
    if (this.#sockets.hasFull())
      await this.#names.load(
        [...this.#placed, ...this.#left].map((bet) => bet.user_id),
        Date.now(),
      );
    this.flush(Date.now());
  }

  #whole(round: number, nowMs: number) {
    return this.#bets(round, this.#store.highest(round, LISTED_MAX), true, nowMs);
  }

  #bets(round: number, bets: readonly LiveBetRow[], isWhole: boolean, nowMs: number) {
    const here = this.#store.totals(round);
    const game = this.#game?.round === round && this.#game.totals.bets > here.bets ? this.#game.totals : here;
    return {
      ...({ type: "bets", round_number: round, whole: isWhole } as const),
      table: { bets: here.bets, staked: major(here.stakedMinor) },
      game: { bets: game.bets, staked: major(game.stakedMinor) },
      list: this.#shown(bets, nowMs, (bet, player): BetItem => {
        const { cash_out_hundredths: left } = bet;
        const result = left === null ? {} : { multiplier: toMultiplier(left), payout: major(bet.payout_minor) };
        return { bet: tagOf(bet.bet_id), player, amount: major(bet.stake_minor), ...result };
      }),
    };
  }

  #cashOuts(bets: readonly BetRow[], nowMs: number): readonly CashOutItem[] {
    return this.#shown(bets, nowMs, (bet, player) => ({
      ...{ bet: tagOf(bet.bet_id), player, multiplier: toMultiplier(bet.cash_out_hundredths ?? 0), payout: major(bet.payout_minor) },
    }));
  }

  #shown<Bet extends { readonly user_id: string }, Item>(
    bets: readonly Bet[],
    nowMs: number,
    item: (bet: Bet, player: string | null) => Item,
  ): readonly Item[] {
    return bets.flatMap((bet) => {
      const player = this.#names.nameOf(bet.user_id, nowMs);
      return player === null && !this.#tenant.crash.showsOtherPlayers ? [] : [item(bet, player)];
    });
  }
}

/** The bet's own name is its player's; others get one that says nothing. */
function tagOf(betId: string): string {
  return sha256Hex(`live:${betId}`).slice(0, TAG_CHARS);
}
