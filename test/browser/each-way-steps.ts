/** A race, bet each way from the slip: a feed that is not the simulator's replay opens and settles it. */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { developmentSecrets } from "../../scripts/lib/development-secrets.ts";
import type { FeedMarket, FeedMessage } from "../../shared/protocol/feed/message.ts";
import { createFeedPlatform, FEED_NAME } from "../../simulators/feed/platform-client.ts";
import { checkAccessibility } from "./accessibility.ts";
import type { Step } from "./steps.ts";
import type { Walk } from "./walk.ts";

const RUNNERS = 8;

/** Turns each way on, reads the terms, places, and gets the stake of a runner back that did not run. */
export function bettingEachWay({ page, platform, sheet, picture }: Walk): readonly Step[] {
  const race = new Race(platform.url);
  return [
    {
      name: "each way is offered where there are places, with its terms and all that it costs",
      run: async () => {
        await race.open();
        await page.goto(`${platform.url}/match/${race.fixtureId}`);
        await page.locator(`[data-selection="${race.fixtureId}:winner:r1"]`).click();
        await page.locator("#open-slip").click();
        await sheet.getByLabel("Stake").fill("50");
        await sheet.getByRole("button", { name: "Each way" }).click();
        await sheet.getByText("Runner 1: among the first 3 pays 3.00 (1/5 of the winnings).").waitFor();
        await sheet.getByText("KES 50 to win and KES 50 for a place: KES 100 in all.").waitFor();
        await sheet.getByText("700.00").waitFor();
        await sheet.getByRole("button", { name: "Place bet · KES 100" }).waitFor();
        await checkAccessibility(page);
        await picture("each-way");
      },
    },
    {
      name: "it is placed as one bet of two halves, and a runner that did not run gives the stake back",
      run: async () => {
        const balanceShown = page.locator(".balance", { hasText: /\d/ });
        const balance = await balanceShown.textContent();
        await sheet.locator("#place-bet").click();
        await sheet.getByText("Bet placed").waitFor();
        await sheet.getByRole("button", { name: "See my bets" }).click();
        await page.getByRole("heading", { name: "Single · Each way" }).waitFor();
        await page.getByText("Place, first 3 at 1/5: Open").waitFor();
        assert.notEqual(await balanceShown.textContent(), balance);
        await checkAccessibility(page);
        await race.voidFirst();
        await page.locator(".balance", { hasText: balance ?? "" }).waitFor();
      },
    },
  ];
}

/** The feed's side of a race: its winner, and who is among the first three. */
class Race {
  readonly fixtureId = `race_${Date.now().toString(36)}`;
  readonly #feed: ReturnType<typeof createFeedPlatform>;
  #sequence = 0;

  constructor(platformUrl: string) {
    this.#feed = createFeedPlatform(platformUrl, developmentSecrets(join(import.meta.dirname, "../..")).FEED_SECRET ?? "");
  }

  async open(): Promise<void> {
    const names = { sport: "horse_racing", league: "Ngong", homeTeam: "Ngong Derby", awayTeam: "Race 4" };
    const change = { ...this.#header(), type: "fixture_change", ...names, startsAtMs: Date.now() + 3_600_000, status: "upcoming" } as const;
    const markets = [runners("winner", "Winner", 11_000), runners("top=3", "First three", 2_500)];
    const state = { status: "upcoming", minute: null, homeScore: null, awayScore: null } as const;
    await this.#feed.post([change, { ...this.#header(), type: "odds_change", ...state, markets }]);
  }

  async voidFirst(): Promise<void> {
    const markets = ["winner", "top=3"].map((marketId) => ({ marketId, outcomes: [{ outcomeId: "r1", result: "void" as const }] }));
    await this.#feed.post([{ ...this.#header(), type: "bet_settlement", homeScore: null, awayScore: null, markets }]);
  }

  #header(): Pick<FeedMessage, "v" | "feed" | "messageId" | "fixtureId" | "sequence" | "producedAtMs"> {
    this.#sequence += 1;
    const messageId = `${this.fixtureId}-${this.#sequence}`;
    return { v: 1, feed: FEED_NAME, messageId, fixtureId: this.fixtureId, sequence: this.#sequence, producedAtMs: Date.now() };
  }
}

function runners(marketId: string, name: string, oddsThousandths: number): FeedMarket {
  const outcomes = Array.from({ length: RUNNERS }, (_, index) => ({
    ...{ outcomeId: `r${index + 1}`, name: `Runner ${index + 1}`, oddsThousandths, active: true },
  }));
  return { marketId, type: marketId.split("=")[0] ?? marketId, name, specifier: "", status: "active", outcomes };
}
