import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { HOUR_MS } from "../../../shared/kernel/time.ts";
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
