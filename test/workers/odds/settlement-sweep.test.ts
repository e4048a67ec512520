import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { DAY_MS, HOUR_MS } from "../../../shared/kernel/time.ts";
import { sweepSettlement } from "../../../workers/scheduled/settlement-sweep.ts";
import { betCommand, selection } from "../../support/wallet-commands.ts";
import { must, newWallet } from "../wallet/wallet-support.ts";
import { openFixture } from "./messages.ts";

const PATIENCE = { timeout: 10_000, interval: 100 };
/** Fixtures of these tests begin in an hour. */
const LONG_AFTER_MS = 5 * HOUR_MS;

it("a channel whose alarm the platform has given up on settles its bets after the sweep", async () => {
  const { wallet } = await newWallet(95_000);
  const { fixtureId, feed, channel } = await openFixture();
  const command = betCommand({ stakeMinor: 10_000, selections: [selection({ fixtureId })] });
  must(await wallet.placeBet(command));
  const storedRows = async () =>
    (
      await env.DB_KE.prepare("SELECT count(*) AS n FROM bet_selection JOIN fixture USING (fixture_id) WHERE fixture_id = ?")
        .bind(fixtureId)
        .first<{ n: number }>()
    )?.n;
  await vi.waitFor(async () => expect(await storedRows()).toBe(1), PATIENCE);

  await runInDurableObject(channel, async (object, state) => {
    const setAlarm = vi.spyOn(state.storage, "setAlarm").mockResolvedValue();
    await object.ingest(feed.result("home"));
    setAlarm.mockRestore();
    await state.storage.deleteAlarm();
  });
  await evictDurableObject(channel);
  await sweepSettlement(env, "KE", Date.now());
  expect(await wallet.bet(command.betId)).toMatchObject({ status: "PENDING" });

  await sweepSettlement(env, "KE", Date.now() + LONG_AFTER_MS);
  await vi.waitFor(async () => expect(await wallet.bet(command.betId)).toMatchObject({ status: "WON", paidMinor: 20_000 }), PATIENCE);
});

it("fixtures that stay unsettled leave those behind them their turn", async () => {
  const startsAtMs = Date.now() + 20_000 * DAY_MS;
  const rows = JSON.stringify(Array.from({ length: 51 }, (_, index) => ({ id: `fx_unsettled_${index}`, at: startsAtMs - index })));
  const value = (name: string) => `(value ->> '$.${name}')`;
  for (const insert of [
    `INSERT INTO fixture SELECT ${value("id")}, 's', 'l', 'h', 'a', ${value("at")}, 'live', NULL, NULL, 0, 1 FROM json_each(?)`,
    `INSERT INTO bet_selection SELECT 'bet_of_' || ${value("id")}, 1, 's', ${value("id")}, 'm', 'f', 'm', 'o', 2000, 1, NULL, 0, 1, 1 FROM json_each(?)`,
  ])
    await env.DB_GH.prepare(insert).bind(rows).run();
  const woken: string[] = [];
  const ODDS_CHANNEL = { getByName: (name: string) => ({ view: async () => void woken.push(name) }) } as unknown as typeof env.ODDS_CHANNEL;
  for (let runs = 0; runs < 3; runs += 1) await sweepSettlement({ ...env, ODDS_CHANNEL }, "GH", startsAtMs + LONG_AFTER_MS);
  expect(woken.slice(0, 51)).toEqual(Array.from({ length: 51 }, (_, index) => `GH:fx_unsettled_${index}`));
  expect(woken[51]).toBe("GH:fx_unsettled_0");
});
