import { describe, expect, it } from "vitest";
import { RISK } from "../../../shared/tenants/sports/risk.ts";
import { type channelOf, openFixture, want } from "./messages.ts";

type Channel = ReturnType<typeof channelOf>;

/** What is left on the home side once `nearlyFull` has staked the rest: less than the product cap. */
const LEFT_MINOR = 40_000_000;
const WALLET = "KE:usr_exposure";

/** The most that may be staked at 2.00 on the home side now. */
async function stakeMax(channel: Channel, fixtureId: string, betId: string, stakeMinor: number): Promise<number | null> {
  const reply = await channel.reserve({ betId, walletId: WALLET, policy: "any", selections: [want(fixtureId)], stakeMinor });
  return reply.ok ? reply.value.stakeMaxMinor : null;
}

function bet(fixtureId: string, betId: string, stakeMinor: number, outcome = "home") {
  const selections = [{ selectionId: `${fixtureId}:1x2:${outcome}`, oddsThousandths: 2_000 }];
  return { betId, walletId: WALLET, stakeMinor, placedAtMs: Date.now(), selections };
}

async function nearlyFull() {
  const fixture = await openFixture();
  const stakeMinor = RISK.KE.outcomeLiabilityMaxMinor.upcoming - LEFT_MINOR;
  await fixture.channel.confirm([bet(fixture.fixtureId, "bet_0", stakeMinor)]);
  return fixture;
}

describe("a fixture's exposure", () => {
  it("takes a confirmed bet off what may be staked once, however often it is told", async () => {
    const { channel, fixtureId } = await nearlyFull();
    await channel.confirm([bet(fixtureId, "bet_1", 700_000)]);
    await channel.confirm([bet(fixtureId, "bet_1", 700_000)]);
    expect(await stakeMax(channel, fixtureId, "bet_2", 0)).toBe(LEFT_MINOR - 700_000);
  });

  it("gives back what stakes on the market's other outcomes bring in", async () => {
    const { channel, fixtureId } = await nearlyFull();
    await channel.confirm([bet(fixtureId, "bet_1", 700_000), bet(fixtureId, "bet_2", 200_000, "away")]);
    expect(await stakeMax(channel, fixtureId, "bet_3", 0)).toBe(LEFT_MINOR - 500_000);
  });

  it("counts what is priced and not confirmed yet, once, and not against the bet itself", async () => {
    const { channel, fixtureId } = await nearlyFull();
    expect(await stakeMax(channel, fixtureId, "bet_1", 300_000)).toBe(LEFT_MINOR);
    expect(await stakeMax(channel, fixtureId, "bet_1", 300_000)).toBe(LEFT_MINOR);
    expect(await stakeMax(channel, fixtureId, "bet_2", 0)).toBe(LEFT_MINOR - 300_000);
    await channel.confirm([bet(fixtureId, "bet_1", 300_000)]);
    expect(await stakeMax(channel, fixtureId, "bet_2", 0)).toBe(LEFT_MINOR - 300_000);
  });

  it("lets parallel bets together take no more than the limit, and answers zero when nothing is left", async () => {
    const { channel, fixtureId } = await nearlyFull();
    const each = LEFT_MINOR / 4;
    const most = await Promise.all(Array.from({ length: 8 }, (_, n) => stakeMax(channel, fixtureId, `bet_parallel_${n}`, each)));
    const taken = most.filter((max) => max !== null && max >= each).length * each;
    expect(taken).toBe(LEFT_MINOR);
    expect(most.at(-1)).toBe(0);
  });

  it("counts nothing for a stake that the wallet will refuse", async () => {
    const { channel, fixtureId } = await nearlyFull();
    expect(await stakeMax(channel, fixtureId, "bet_1", LEFT_MINOR + 1)).toBe(LEFT_MINOR);
    expect(await stakeMax(channel, fixtureId, "bet_2", 0)).toBe(LEFT_MINOR);
  });
});
