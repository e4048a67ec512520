/** Ghana. The 10% withholding on winnings ended on 2 April 2025 (Act 1134): the tax point is the payout. */
import type { LocalDay } from "../kernel/time.ts";
import { type Minor, ZERO } from "../money/minor.ts";
import type { Tenant } from "./tenant.ts";

const cedis = (amount: number) => (amount * 100) as Minor;
const day = (text: string) => text as LocalDay;

export const GHANA: Tenant = {
  country: "GH",
  name: "Ghana",
  currency: "GHS",
  utcOffsetMinutes: 0,
  languages: ["en", "tw"],
  regulator: "Gaming Commission of Ghana",
  minimumAgeYears: 18,
  verifyBefore: ["bet", "withdrawal"],
  idTypes: [{ idType: "GHANA_CARD", pattern: "^[A-Z]{3}(-\\d{9}-\\d|\\d{9}\\d)$", example: "GHA-123456789-0" }],
  stake: { minMinor: cedis(1), maxMinor: cedis(50_000) },
  payoutMaxMinor: cedis(500_000),
  quickStakesMinor: [cedis(1), cedis(5), cedis(10), cedis(50)],
  paymentMethods: [
    {
      method: "flutterwave_mobile_money",
      provider: "flutterwave",
      deposit: { minMinor: cedis(1), maxMinor: cedis(20_000) },
      withdrawal: { minMinor: cedis(5), maxMinor: cedis(20_000) },
      unitMinor: 1 as Minor,
    },
  ],
  taxRules: [
    {
      ruleId: "GH-W1",
      code: "wht",
      legalName: "Withholding tax on winnings",
      base: "net_winnings_per_bet",
      products: ["sports", "crash"],
      rateBasisPoints: 1_000,
      inclusive: true,
      thresholdMinor: ZERO,
      rounding: "half_up",
      validFrom: day("2023-08-15"),
      validTo: day("2025-04-01"),
      legalRef: "Act 1094, repealed by Act 1134",
    },
  ],
  oddsFeeds: ["simulator", "uof"],
  crash: {
    gameId: "crash-gh",
    houseEdgeBasisPoints: 300,
    capHundredths: 1_000_000,
    curveMillionthsPerMs: 60,
    bettingMs: 6_000,
    cooldownMs: 3_000,
    stake: { minMinor: cedis(1), maxMinor: cedis(2_000) },
    caps: [
      {
        validFrom: day("2026-01-01"),
        betPayoutMaxMinor: cedis(100_000),
        playerWinMaxMinor: cedis(150_000),
        roundWinMaxMinor: cedis(10_000_000),
      },
    ],
    autoplay: [{ validFrom: day("2026-01-01"), roundsMax: 100 }],
    chainLength: 100_000,
    seatsPerTable: 2_000,
    socketsPerPlayer: 4,
    rtp: { minimumRounds: 1_000, windowRounds: 10_000, falseAlarmsPerMillion: 10 },
    showsOtherPlayers: true,
  },
  requestLimits: { betsPerMinute: 10, crashBetsPerMinute: 20, withdrawalsPerHour: 3, loginsPerMinute: 5 },
};
