/** All routes, area by area. */
import type { Api } from "../api.ts";
import { addBetRoutes } from "./bets.ts";
import { addBookingRoutes } from "./booking-codes.ts";
import { addCalculatorRoutes } from "./calculator.ts";
import { addCashOutRoutes } from "./cash-out.ts";
import { addCrashRoutes } from "./crash.ts";
import { addCrashLoungeRoutes } from "./crash-lounge.ts";
import { addCrashLoungeOperatorRoutes } from "./crash-lounge-operators.ts";
import { addCrashOperatorRoutes } from "./crash-operators.ts";
import { addCrashPageRoutes } from "./crash-pages.ts";
import { addEditRoutes } from "./edit-bet.ts";
import { addFixtureRoutes } from "./fixtures.ts";
import { addIdentityRoutes } from "./identity.ts";
import { addLedgerRoutes } from "./ledger.ts";
import { addOperationsRoutes } from "./operations.ts";
import { addOperatorRoutes } from "./operators.ts";
import { addPaymentRoutes } from "./payments.ts";
import { addPromotionRoutes } from "./promotions.ts";
import { addReconciliationRoutes } from "./reconciliation.ts";
import { addTradingRoutes } from "./trading.ts";
import { addWalletRoutes } from "./wallet.ts";

export function addRoutes(app: Api): void {
  addOperationsRoutes(app);
  addIdentityRoutes(app);
  addWalletRoutes(app);
  addPaymentRoutes(app);
  addFixtureRoutes(app);
  addBetRoutes(app);
  addCashOutRoutes(app);
  addEditRoutes(app);
  addBookingRoutes(app);
  addCalculatorRoutes(app);
  addPromotionRoutes(app);
  addCrashRoutes(app);
  addCrashPageRoutes(app);
  addCrashLoungeRoutes(app);
  addOperatorRoutes(app);
  addCrashOperatorRoutes(app);
  addCrashLoungeOperatorRoutes(app);
  addLedgerRoutes(app);
  addReconciliationRoutes(app);
  addTradingRoutes(app);
}
