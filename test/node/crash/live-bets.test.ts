/** The list of bets where the law lets us list everyone: those who have not agreed to be named are there without a name. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { UnsentFrame } from "../../../durable-objects/crash-game/crash-frames.ts";
import type { LiveBetRow, LiveBetStore } from "../../../durable-objects/crash-game/live-bet-store.ts";
import { LiveBets } from "../../../durable-objects/crash-game/live-bets.ts";
import { ShownNames } from "../../../durable-objects/crash-game/shown-names.ts";
import type { BetRow } from "../../../durable-objects/crash-game/table-rows.ts";
import type { TableSockets } from "../../../durable-objects/crash-game/table-sockets.ts";
import type { CrashLoungeRpc } from "../../../shared/protocol/rpc/crash-lounge.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";

const rows: BetRow[] = [];
const sent: UnsentFrame[] = [];
let isWatched = true;
let asked = 0;

const sockets = {
  hasFull: () => isWatched,
  sendFull: (frame: UnsentFrame) => sent.push(frame),
} as unknown as TableSockets;
const store = {
  highest: (): readonly LiveBetRow[] => rows,
  totals: () => ({ bets: rows.length, stakedMinor: rows.length * 10_000 }),
} as unknown as LiveBetStore;
const lounge = {
  namesOf: async (userIds: readonly string[]) => {
    asked += 1;
    return userIds.map((userId) => (userId === "usr_named" ? "C***a" : null));
  },
} as unknown as CrashLoungeRpc;

function bet(userId: string, fields: Partial<BetRow> = {}): BetRow {
  const row = { bet_id: `crb_${rows.length}`, round: 7, user_id: userId, stake_minor: 10_000, status: "ACTIVE", ...fields };
  const whole = { ...row, cash_out_hundredths: null, payout_minor: 0, ...fields } as BetRow;
  rows.push(whole);
  return whole;
}

const live = () => new LiveBets(sockets, store, new ShownNames(() => lounge), tenantOf("NG"));

beforeEach(() => {
  vi.useFakeTimers();
  [rows.length, sent.length, asked, isWatched] = [0, 0, 0, true];
});
afterEach(() => vi.useRealTimers());

it("has everyone, and names only who agreed", async () => {
  const list = live();
  list.placed(bet("usr_named"));
  list.placed(bet("usr_nobody"));
  await vi.advanceTimersByTimeAsync(250);
  expect(sent).toMatchObject([{ type: "bets", table: { bets: 2, staked: 200 }, list: [{ player: "C***a" }, { player: null }] }]);
  expect(JSON.stringify(sent)).not.toContain("usr_");
});

it("goes out in batches of a quarter of a second, at most fifty rows each, with the whole count", async () => {
  const list = live();
  const left = Array.from({ length: 70 }, (_, n) =>
    bet(`usr_${n}`, { status: "CASHED_OUT", cash_out_hundredths: 150, payout_minor: 15_000 }),
  );
  for (const each of left) list.cashedOut([each]);
  await vi.advanceTimersByTimeAsync(249);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ type: "cashouts", round_number: 7, count: 70 });
  expect(sent[0]).toHaveProperty("list.length", 50);
  expect(list.takeLeft()).toBe(70);
  expect(list.takeLeft()).toBe(0);
});

it("asks for a name once a minute, and not at all when it is told of a change", async () => {
  const list = live();
  list.placed(bet("usr_named"));
  await vi.advanceTimersByTimeAsync(250);
  list.placed(bet("usr_named"));
  await vi.advanceTimersByTimeAsync(250);
  expect(asked).toBe(1);
  await list.nameChanged("usr_named", null, 7, Date.now());
  expect(asked).toBe(1);
  expect(sent.at(-1)).toMatchObject({ whole: true, list: [{ player: null }, { player: null }] });
  await vi.advanceTimersByTimeAsync(60_000);
  list.placed(bet("usr_named"));
  await vi.advanceTimersByTimeAsync(250);
  expect(asked).toBe(2);
});

it("asks for no name and sends nothing while nobody watches in the full form, but counts who has left", async () => {
  isWatched = false;
  const list = live();
  list.placed(bet("usr_named"));
  list.cashedOut([bet("usr_named", { status: "CASHED_OUT", cash_out_hundredths: 150, payout_minor: 15_000 })]);
  await vi.advanceTimersByTimeAsync(1_000);
  await list.nameChanged("usr_named", "C***a", 7, Date.now());
  expect([asked, sent.length, list.takeLeft()]).toEqual([0, 0, 1]);
  isWatched = true;
  list.placed(bet("usr_nobody"));
  await vi.advanceTimersByTimeAsync(250);
  // What nobody watched is not told later.
  expect(sent).toMatchObject([{ type: "bets", list: [{ player: null }] }]);
});
