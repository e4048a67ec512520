/**
 * What a bet wins, and the order in which a round's bets are decided.
 *
 * Order: by the multiplier at which each leaves; at the same one automatic targets first, then by the time of the bet. A target is paid
 * at itself, a press at the multiplier of its receipt, never above the target; then those whom a bound of the round sends out
 * (caps.ts); only then the bust. What leaves at the crash point itself wins. So testing the bust first, or paying a target at the tick after
 * it, can't happen, and it does not matter when or how often this is asked on the way: the same flight gives the same outcomes.
 */
import { type Minor, mulRatio, smallest } from "../money/minor.ts";
import { forcePoint, type TableCaps } from "./caps.ts";
import { ONE_HUNDREDTHS } from "./multiplier.ts";

export interface OpenBet {
  readonly betId: string;
  readonly userId: string;
  readonly stakeMinor: Minor;
  /** What the player asked for; null flies until pressed. */
  readonly autoCashOutHundredths: number | null;
  /** Where the bet cashes out by itself: the player's target, or where the largest payout is reached if that is lower. */
  readonly targetHundredths: number | null;
  /** A cash-out that was received, at the multiplier of its receipt, and not decided yet. */
  readonly pressedHundredths: number | null;
  readonly placedAtMs: number;
}

/** Which bound sent a bet out: its own largest payout, its player's or the round's largest win. */
export type LimitedBy = "bet" | "player" | "round";

export interface CashedOut {
  readonly betId: string;
  readonly status: "CASHED_OUT";
  readonly multiplierHundredths: number;
  readonly payoutMinor: Minor;
  /** Null where the player's own target or press did. */
  readonly limitedBy: LimitedBy | null;
}

export type BetOutcome = CashedOut | { readonly betId: string; readonly status: "LOST" | "REFUNDED" };

/** What bets of the round that have left won at this table, stakes not counted. */
export interface Won {
  readonly tableMinor: number;
  readonly byPlayerMinor: ReadonlyMap<string, number>;
}

/** A round's bets that are open at a table, and what counts towards its bounds. */
export interface Flight {
  readonly bets: readonly OpenBet[];
  readonly won: Won;
  readonly caps: TableCaps;
}

/** Stake times multiplier, cut down to whole minor units once, at most `maxMinor`. */
export function payoutOf(stake: Minor, multiplierHundredths: number, maxMinor: Minor): Minor {
  return smallest(mulRatio(stake, BigInt(multiplierHundredths), 100n, "down"), maxMinor);
}

/** Gives the bet's target: flying on past the largest payout could only lose, so the bet cashes out there. */
export function targetOf(stake: Minor, autoCashOutHundredths: number | null, rules: TargetRules): number | null {
  const full = Math.max(ONE_HUNDREDTHS + 1, Number((BigInt(rules.betPayoutMaxMinor) * 100n + BigInt(stake) - 1n) / BigInt(stake)));
  const target = Math.min(autoCashOutHundredths ?? Number.POSITIVE_INFINITY, full);
  return target > rules.capHundredths ? null : target;
}

export interface TargetRules {
  readonly betPayoutMaxMinor: Minor;
  readonly capHundredths: number;
}

/** Decides, in order, every bet that leaves at or below `hundredths`, which the flight has reached. */
export function exitsUpTo(flight: Flight, hundredths: number): readonly CashedOut[] {
  const { caps } = flight;
  const table = { openMinor: sumOf(flight.bets), wonMinor: flight.won.tableMinor };
  const players = playersOf(flight);
  const exits: CashedOut[] = [];
  const leave = (bet: OpenBet, at: number, limitedBy: LimitedBy | null): void => {
    const player = players.get(bet.userId);
    if (player?.open.delete(bet) !== true) return;
    const payoutMinor = payoutOf(bet.stakeMinor, at, caps.betPayoutMaxMinor);
    for (const side of [player, table]) {
      side.openMinor -= bet.stakeMinor;
      side.wonMinor += payoutMinor - bet.stakeMinor;
    }
    exits.push({ betId: bet.betId, status: "CASHED_OUT", multiplierHundredths: at, payoutMinor, limitedBy });
  };
  const forceOf = (player: Side): number => forcePoint(caps.playerWinMaxMinor, player.wonMinor, player.openMinor);
  // Force points only rise: who is not bound by one now will not be on the way.
  const bound = [...players.values()].filter((player) => forceOf(player) <= hundredths);
  const own = flight.bets.filter((bet) => ownExit(bet) <= hundredths).sort(inOrder);
  for (let next = 0; ; ) {
    while (next < own.length && !isOpen(players, own[next])) next += 1;
    const first = own[next];
    const atOwn = first === undefined ? Number.POSITIVE_INFINITY : ownExit(first);
    const player = bound.reduce<Player | null>((lowest, one) => (lowest === null || forceOf(one) < forceOf(lowest) ? one : lowest), null);
    const atPlayer = player === null ? Number.POSITIVE_INFINITY : forceOf(player);
    const atTable = forcePoint(caps.tableWinMaxMinor, table.wonMinor, table.openMinor);
    const at = Math.min(atOwn, atPlayer, atTable);
    if (at > hundredths) return exits;
    if (first !== undefined && at === atOwn) leave(first, at, ownLimit(first));
    else if (player !== null && at === atPlayer) for (const bet of [...player.open]) leave(bet, at, "player");
    else for (const bet of flight.bets) leave(bet, at, "round");
  }
}

/** The lowest multiplier at which a bound sends anybody out as things stand; a lower bound of it once others have left. */
export function lowestForce(flight: Flight): number {
  const { caps, won } = flight;
  const players = [...playersOf(flight).values()].map((one) => forcePoint(caps.playerWinMaxMinor, one.wonMinor, one.openMinor));
  return Math.min(forcePoint(caps.tableWinMaxMinor, won.tableMinor, sumOf(flight.bets)), ...players);
}

/**
 * Decides every bet that is still open when the round's crash point is known, in order.
 * `interrupted`: the table was away for a while in the flight, so bets that waited for a press are given back.
 */
export function endOfRound(
  flight: Flight,
  round: { readonly crashHundredths: number; readonly interrupted: boolean },
): readonly BetOutcome[] {
  const exits = exitsUpTo(flight, round.crashHundredths);
  const left = new Set(exits.map(({ betId }) => betId));
  const stayed = flight.bets.filter(({ betId }) => !left.has(betId)).sort(inOrder);
  const ends = stayed.map(({ betId, autoCashOutHundredths }): BetOutcome => {
    const couldNotPress = round.interrupted && autoCashOutHundredths === null;
    return { betId, status: couldNotPress ? "REFUNDED" : "LOST" };
  });
  return [...exits, ...ends];
}

/** Where the bet leaves by its target or its press; infinite while it waits for one. */
export function ownExit({ targetHundredths, pressedHundredths }: OpenBet): number {
  return Math.min(targetHundredths ?? Number.POSITIVE_INFINITY, pressedHundredths ?? Number.POSITIVE_INFINITY);
}

interface Side {
  openMinor: number;
  wonMinor: number;
}

interface Player extends Side {
  readonly open: Set<OpenBet>;
}

function playersOf({ bets, won }: Flight): Map<string, Player> {
  const players = new Map<string, Player>();
  for (const bet of bets) {
    const player = players.get(bet.userId) ?? { openMinor: 0, wonMinor: won.byPlayerMinor.get(bet.userId) ?? 0, open: new Set() };
    player.openMinor += bet.stakeMinor;
    player.open.add(bet);
    players.set(bet.userId, player);
  }
  return players;
}

function isOpen(players: ReadonlyMap<string, Player>, bet: OpenBet | undefined): boolean {
  return bet !== undefined && players.get(bet.userId)?.open.has(bet) === true;
}

function sumOf(bets: readonly OpenBet[]): number {
  return bets.reduce((sum, { stakeMinor }) => sum + stakeMinor, 0);
}

/** Whether the bet leaves at its largest payout, rather than where its player wanted. */
function ownLimit({ autoCashOutHundredths, targetHundredths, pressedHundredths }: OpenBet): LimitedBy | null {
  const wanted = Math.min(autoCashOutHundredths ?? Number.POSITIVE_INFINITY, pressedHundredths ?? Number.POSITIVE_INFINITY);
  return targetHundredths !== null && targetHundredths < wanted ? "bet" : null;
}

function inOrder(a: OpenBet, b: OpenBet): number {
  const byExit = finite(ownExit(a)) - finite(ownExit(b));
  const byTarget = finite(a.targetHundredths) - finite(b.targetHundredths);
  return byExit || byTarget || a.placedAtMs - b.placedAtMs;
}

function finite(hundredths: number | null): number {
  return Math.min(hundredths ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}
