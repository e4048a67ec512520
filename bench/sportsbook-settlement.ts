/**
 * Settlement measured: the channel's walk with a sink in the queue's place, then the consumer and the wallets against bare objects that
 * are as many and as long asleep, then acknowledgements alone. Wallets and bare objects take turns in slices.
 */
import type { ChannelBets, Heard } from "./sportsbook-orders.ts";

export interface SettlementPlan {
  readonly bets: number;
  readonly wallets: number;
}

export type Ask = <T>(path: string) => Promise<T>;

const FIXTURE = "bench-settled";
const PLACED_PER_CALL = 500;
const SLICES = 3;
/** Longer than a wallet waits before its alarm writes down what was acknowledged: that must not slow the bare objects down. */
const REST_MS = 7_000;
const POLL_MS = 50;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}

export async function placeBets(ask: Ask, { bets, wallets }: SettlementPlan): Promise<void> {
  await ask(`fixture?fixture=${FIXTURE}`);
  for (let from = 0; from < wallets; from += PLACED_PER_CALL)
    await ask(`place?fixture=${FIXTURE}&from=${from}&count=${Math.min(PLACED_PER_CALL, wallets - from)}&bets=${bets / wallets}`);
}

export interface WalkFigures {
  readonly elapsedMs: number;
  readonly longestAlarmMs: number;
  readonly alarms: number;
  readonly told: number;
  readonly messages: number;
  /** Resident memory before, and its highest and lowest sample while the walk ran; null where the system does not tell. */
  readonly memory: { readonly before: number; readonly highest: number; readonly after: number } | null;
}

/** From a result's message to the end of the channel's walk. */
export async function measureWalk(
  ask: Ask,
  result: { readonly market: string; readonly winner: string },
  memoryBytes: () => number | null,
) {
  await ask(`alarm-runs?fixture=${FIXTURE}`);
  const heardBefore = await ask<Heard>("heard");
  const before = memoryBytes();
  let highest = before ?? 0;
  const elapsedMs = await timed(async () => {
    await ask(`result?fixture=${FIXTURE}&market=${encodeURIComponent(result.market)}&winner=${result.winner}`);
    while (await ask<boolean>(`settling?fixture=${FIXTURE}`)) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      highest = Math.max(highest, memoryBytes() ?? 0);
    }
  });
  const runs = await ask<readonly number[]>(`alarm-runs?fixture=${FIXTURE}`);
  const heard = await ask<Heard>("heard");
  const after = memoryBytes();
  return {
    elapsedMs,
    longestAlarmMs: Math.max(...runs),
    alarms: runs.length,
    told: heard.bets - heardBefore.bets,
    messages: heard.messages - heardBefore.messages,
    memory: before === null || after === null ? null : { before, highest, after },
  } satisfies WalkFigures;
}

export interface WalletFigures {
  readonly writesPerSecond: number;
  readonly betsPerSecond: number;
  readonly barePerSecond: number;
}

/** Consumer, wallets and acknowledgements of every bet, in turns with one bare write for each wallet. */
export async function measureWallets(ask: Ask, { bets, wallets }: SettlementPlan): Promise<WalletFigures> {
  let [settleMs, bareMs] = [0, 0];
  const slice = Math.ceil(wallets / SLICES);
  for (let from = 0; from < wallets; from += slice) {
    const range = `from=${from}&count=${Math.min(slice, wallets - from)}`;
    bareMs += await timed(() => ask(`write?${range}`));
    settleMs += await timed(() => ask(`settle?fixture=${FIXTURE}&${range}&bets=${bets / wallets}`));
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
  }
  const perSecond = (count: number, ms: number) => (count * 1_000) / ms;
  return {
    writesPerSecond: perSecond(wallets, settleMs),
    betsPerSecond: perSecond(bets, settleMs),
    barePerSecond: perSecond(wallets, bareMs),
  };
}

/** Acknowledgements of the newest version, a second. */
export async function measureAcknowledgements(ask: Ask, { bets, wallets }: SettlementPlan): Promise<number> {
  const { resultVersion } = await ask<Heard>("heard");
  const range = `from=0&count=${wallets}&bets=${bets / wallets}&version=${resultVersion}`;
  return (bets * 1_000) / (await timed(() => ask(`acknowledge?fixture=${FIXTURE}&${range}`)));
}

export function tally(ask: Ask): Promise<ChannelBets> {
  return ask(`tally?fixture=${FIXTURE}`);
}
