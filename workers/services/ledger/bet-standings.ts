/**
 * What the channels of a bet's fixtures are told after an entry: its selections when it was placed, and what it counts for on those that
 * are open whenever that changed elsewhere.
 *
 * A channel knows the results of its own fixture. It does not know that a multi has won elsewhere and stands for much more, that it lost
 * there, or that it was cashed out.
 */
import { type Counted, type CountedSelection, countedStakes } from "../../../shared/betting/counted-stake.ts";
import { isEachWay, placeThousandths } from "../../../shared/betting/each-way.ts";
import type { PromisedLead } from "../../../shared/betting/early-payout.ts";
import type { WalletRunRow } from "../../../shared/protocol/queue/wallet-run.ts";
import type { ConfirmBet } from "../../../shared/protocol/rpc/odds-channel.ts";

type RunBet = NonNullable<WalletRunRow["bet"]>;

export interface Standing {
  readonly fixtureId: string;
  readonly bet: ConfirmBet;
}

const ONLY_ORDERED: ReadonlySet<string> = new Set(["CASH_OUT_ORDERED", "CASH_OUT_ORDER_ENDED", "EDIT_REQUESTED", "EDIT_REFUSED"]);

/** What each channel is told of a row; none when it is about no bet or changes nothing elsewhere. */
export function standingsOf(walletId: string, { entry, bet }: WalletRunRow): readonly Standing[] {
  if (bet === null) return [];
  const isPlaced = entry.kind === "BET_PLACED";
  // What is ordered of a bet moves nothing yet.
  if (ONLY_ORDERED.has(entry.kind)) return [];
  const { betId, stakeMinor, placedAtMs } = bet;
  const counted = countedOf(bet);
  const placed = countedPlacesOf(bet);
  const leads = new Map(bet.earlyPayout?.selections.map(({ selectionId, ...early }) => [selectionId, early]));
  const selections = bet.selections.map((selection, index) => ({
    ...selection,
    ...{ counted: counted[index] ?? null, countedPlace: placed[index] ?? null, early: leads.get(selection.selectionId) },
  }));
  // Of a bet that was decided before, one result more changes nothing; one less is news to its own channel.
  const isOldNews = entry.kind === "BET_RESULT" && bet.status !== "PENDING";
  const isOpen = ({ outcome, place, placeOutcome = null }: (typeof selections)[number]) =>
    outcome === null || (place !== undefined && placeOutcome === null);
  const isTold = (selection: (typeof selections)[number]) => isOpen(selection) && (!isOldNews || selection.resultVersion > 0);
  const told = isPlaced ? selections : selections.filter(isTold);
  return [...Map.groupBy(told, ({ fixtureId }) => fixtureId)].map(([fixtureId, own]) => ({
    fixtureId,
    bet: { betId, walletId, stakeMinor, placedAtMs, seq: entry.seq, selections: own.flatMap(toldSelections) },
  }));
}

/** Of the bet as it stands now, which may be later than the entry: then the later entry says the same again. */
function countedOf(bet: RunBet): readonly (Counted | null)[] {
  if (isEachWay(bet.selections)) return countedHalf(bet, bet.selections);
  const { kind, systemSizes = [], bankers = [], openNetStakeMinor = bet.stakeMinor, potentialWinMinor, selections } = bet;
  const isDecided = bet.status !== "PENDING" || openNetStakeMinor === 0;
  if (isDecided || (kind === "SYSTEM" && systemSizes.length === 0)) return selections.map(() => null);
  // It pays once, whichever of its selections lose: what it may pay in all is what any open one may cost.
  if (bet.insurance !== undefined)
    return selections.map(({ outcome }) =>
      outcome === null ? { stakeMinor: openNetStakeMinor, payoutMinor: potentialWinMinor, isHard: false } : null,
    );
  const shape = { kind, selections: selections.length, systemSizes, bankers };
  const counted = countedStakes(shape, { stakeMinor: openNetStakeMinor, payoutMaxMinor: potentialWinMinor }, selections);
  // Promotions paid it: the house has no stake to lose less by.
  return bet.freeBetId === undefined ? counted : counted.map((each) => each && { ...each, stakeMinor: 0 });
}

/** What the place half of a bet counts for, at odds that are never below what places pay; none of a bet that has no places. */
function countedPlacesOf(bet: RunBet): readonly (Counted | null)[] {
  const places = bet.selections.flatMap(({ oddsThousandths, place, placeOutcome = null }) =>
    place === undefined ? [] : [{ oddsThousandths: placeThousandths(oddsThousandths, place), outcome: placeOutcome }],
  );
  return countedHalf(bet, places);
}

/** One half of an each-way bet: a bet of half of the stake. Where the two make one unit more, the house's risk is not below the real one. */
function countedHalf(bet: RunBet, selections: readonly CountedSelection[]): readonly (Counted | null)[] {
  const { kind, systemSizes = [], bankers = [], openNetStakeMinor = bet.stakeMinor, potentialWinMinor } = bet;
  if (bet.status !== "PENDING" || selections.length === 0) return selections.map(() => null);
  const shape = { kind, selections: selections.length, systemSizes, bankers };
  return countedStakes(shape, { stakeMinor: Math.ceil(openNetStakeMinor / 2), payoutMaxMinor: potentialWinMinor }, selections);
}

type ToldSelection = RunBet["selections"][number] & {
  readonly counted: Counted | null;
  readonly countedPlace: Counted | null;
  readonly early: PromisedLead | undefined;
};

/**
 * A channel settles what it offers: of a builder its parts, each with what to expect of it while the others are open; each way the winner and
 * the place, in the markets of each.
 */
function toldSelections({ selectionId, oddsThousandths, builder, counted, early, place, countedPlace }: ToldSelection) {
  if (place !== undefined) {
    const { selectionId: placeId } = place;
    return [
      { selectionId, oddsThousandths, counted },
      { selectionId: placeId, oddsThousandths: placeThousandths(oddsThousandths, place), counted: countedPlace },
    ];
  }
  if (builder === undefined) return [{ selectionId, oddsThousandths, counted, ...(early === undefined ? {} : { early }) }];
  return builder.parts.map((part) => ({
    ...{ selectionId: part.selectionId, oddsThousandths: part.oddsThousandths },
    counted:
      counted === null
        ? null
        : { ...counted, payoutMinor: partOf(counted.payoutMinor, part.oddsThousandths, oddsThousandths), isHard: false },
  }));
}

/** Never above the whole: a part's odds may pass the builder's where parts go together. */
function partOf(payoutMinor: number, partOdds: number, builderOdds: number): number {
  return Number((BigInt(payoutMinor) * BigInt(Math.min(partOdds, builderOdds)) + BigInt(builderOdds) - 1n) / BigInt(builderOdds));
}
