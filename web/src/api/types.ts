/** Answers of the API that the page reads, in the wire's own names. */
import type * as z from "zod";
import type { BetOut, heldBet, placedBet, quoteOut } from "../../../shared/protocol/http/bets.ts";
import type { bookingLoaded, bookingMade } from "../../../shared/protocol/http/booking-codes.ts";
import type { cashOutRequest, cashOutResult, cashOutState } from "../../../shared/protocol/http/cash-out.ts";
import type {
  crashBetsOut,
  crashBoardsOut,
  crashFairnessOut,
  crashHistoryOut,
  crashRoundProofOut,
  crashRoundTotalsOut,
} from "../../../shared/protocol/http/crash.ts";
import type { shownNameOut } from "../../../shared/protocol/http/crash-lounge.ts";
import type { editedBet, editQuote, editRequest } from "../../../shared/protocol/http/edit-bet.ts";
import type { FixtureWire, MarketWire, OutcomeWire } from "../../../shared/protocol/http/fixtures.ts";
import type { ProfileAnswer, TokensAnswer, VerifyIdentityAnswer } from "../../../shared/protocol/http/identity.ts";
import type { DepositOut, WithdrawalOut } from "../../../shared/protocol/http/payments.ts";
import type { promotionsAnswer } from "../../../shared/protocol/http/promotions.ts";
import type { taxLineOut, transactionOut, walletAnswer } from "../../../shared/protocol/http/wallet.ts";

export type { FixtureWire, MarketWire, OutcomeWire };
export type Profile = ProfileAnswer;
export type Tokens = TokensAnswer;
export type IdentityCheck = VerifyIdentityAnswer;
export type Wallet = z.infer<typeof walletAnswer>;
export type StatementEntry = z.infer<typeof transactionOut>;
export type TaxLine = Pick<z.infer<typeof taxLineOut>, "code" | "name" | "rate_percent" | "amount">;
export type Deposit = DepositOut;
export type Withdrawal = WithdrawalOut;
export type Bet = BetOut;
export type CrashCommitment = z.infer<typeof crashFairnessOut>;
export type RoundProof = z.infer<typeof crashRoundProofOut>;
export type PastRound = z.infer<typeof crashHistoryOut>["games"][number];
/** A bet as placing answers it: placed at once, or waiting for its decision. */
export type PlacedBet = z.infer<typeof placedBet> | z.infer<typeof heldBet>;
/** A bet of this page's slip as it stands by now. */
export type SlipBet = Pick<Bet, "bet_id" | "status" | "stake" | "total_odds" | "potential_win" | "decides_at" | "offer" | "refusal">;
export type CashOutState = z.infer<typeof cashOutState>;
export type CashOutResult = z.infer<typeof cashOutResult>;
export type CashOutRequest = z.infer<typeof cashOutRequest>;
export type EditQuote = z.infer<typeof editQuote>;
export type EditedBet = z.infer<typeof editedBet>;
export type EditRequest = z.infer<typeof editRequest>;
export type BookingMade = z.infer<typeof bookingMade>;
export type BookingLoaded = z.infer<typeof bookingLoaded>;
export type Promotions = z.infer<typeof promotionsAnswer>;
export type FreeBet = Promotions["free_bets"][number];
export type Bonus = Promotions["bonuses"][number];
export type Claimable = Promotions["claimable"][number];
export type Quote = z.infer<typeof quoteOut>;
export type CrashBets = z.infer<typeof crashBetsOut>;
export type CrashBoards = z.infer<typeof crashBoardsOut>;
export type CrashRoundTotals = z.infer<typeof crashRoundTotalsOut>;
export type ShownName = z.infer<typeof shownNameOut>;
