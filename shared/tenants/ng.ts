/** Nigeria. The withholding on winnings is computed per bet; regulation allows a monthly session basis too (unsettled, so data). */
import type { LocalDay } from "../kernel/time.ts";
import { type Minor, ZERO } from "../money/minor.ts";
import type { Tenant } from "./tenant.ts";

const naira = (amount: number) => (amount * 100) as Minor;
const day = (text: string) => text as LocalDay;

export const NIGERIA: Tenant = {
  country: "NG",
  name: "Nigeria",
  currency: "NGN",
  utcOffsetMinutes: 60,
  languages: ["en", "pcm"],
  regulator: "Lagos State Lotteries and Gaming Authority",
  minimumAgeYears: 18,
  verifyBefore: ["bet", "withdrawal"],
  idTypes: [
    { idType: "NIN_V2", pattern: "^[0-9]{11}$", example: "12345678901" },
    { idType: "BVN", pattern: "^[0-9]{11}$", example: "12345678901" },
  ],
  stake: { minMinor: naira(50), maxMinor: naira(5_000_000) },
  payoutMaxMinor: naira(50_000_000),
  quickStakesMinor: [naira(100), naira(200), naira(500), naira(1_000)],
  paymentMethods: [
    {
      method: "flutterwave_bank_transfer",
      provider: "flutterwave",
      deposit: { minMinor: naira(100), maxMinor: naira(5_000_000) },
      withdrawal: { minMinor: naira(500), maxMinor: naira(5_000_000) },
      unitMinor: 1 as Minor,
    },
  ],
  taxRules: [
    {
      ruleId: "NG-W1",
      code: "wht",
      legalName: "Withholding tax on winnings",
      base: "net_winnings_per_bet",
      products: ["sports", "crash"],
      rateBasisPoints: 500,
      inclusive: true,
      thresholdMinor: ZERO,
      rounding: "half_up",
      validFrom: day("2025-01-01"),
      validTo: null,
      legalRef: "Deduction of Tax at Source (Withholding) Regulations 2024",
    },
  ],
  oddsFeeds: ["simulator", "uof"],
  crash: {
    gameId: "crash-ng",
    houseEdgeBasisPoints: 300,
    capHundredths: 1_000_000,
    curveMillionthsPerMs: 60,
    bettingMs: 6_000,
    cooldownMs: 3_000,
    stake: { minMinor: naira(50), maxMinor: naira(200_000) },
    caps: [
      {
        validFrom: day("2026-01-01"),
        betPayoutMaxMinor: naira(10_000_000),
        playerWinMaxMinor: naira(15_000_000),
        roundWinMaxMinor: naira(1_000_000_000),
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
