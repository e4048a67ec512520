/** The player's wallet: balances, statement, and the socket that tells of both. */
import type * as z from "zod";
import { ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import type { Currency } from "../../../shared/money/currency.ts";
import { minor } from "../../../shared/money/minor.ts";
import { pageQuery } from "../../../shared/protocol/http/fields.ts";
import { type taxLineOut, type transactionOut, transactionsAnswer, walletAnswer } from "../../../shared/protocol/http/wallet.ts";
import type { StatementLine, TaxLine, WalletView } from "../../../shared/protocol/rpc/wallet.ts";
import { listTransactions } from "../../services/wallet/list-transactions.ts";
import { openUserSocket } from "../../services/wallet/open-user-socket.ts";
import { readWallet } from "../../services/wallet/read-wallet.ts";
import { type Api, errorResponse, route } from "../api.ts";

export function addWalletRoutes(app: Api): void {
  route(app, {
    method: "get",
    path: "/api/v1/users/me/wallet",
    tag: "Wallet",
    summary: "Your balances",
    auth: "player",
    answer: walletAnswer,
    statuses: [200],
    errors: ["PHONE_NOT_VERIFIED"],
    handle: async ({ ctx }) => {
      const view = await readWallet(ctx);
      return view.ok ? ok({ body: toWalletAnswer(view.value) }) : view;
    },
  });

  route(app, {
    method: "get",
    path: "/api/v1/payments/transactions",
    tag: "Wallet",
    summary: "The movements of your cash, newest first",
    auth: "player",
    query: pageQuery,
    answer: transactionsAnswer,
    statuses: [200],
    errors: [],
    handle: async ({ ctx, query }) => {
      const page = await listTransactions(ctx, query);
      if (!page.ok) return page;
      const { rows, total, currency } = page.value;
      return ok({ body: { transactions: rows.map((line) => toTransaction(line, currency)), total, ...query } });
    },
  });

  app.get("/ws/user", async (c) => {
    const opened = await openUserSocket(c.get("ctx"), c.req.raw);
    return opened.ok ? opened.value : errorResponse(c, opened.error);
  });
}

function toWalletAnswer({ balances, player, todayDepositMinor, frozen, head }: WalletView): z.input<typeof walletAnswer> {
  const dailyLimit = player.depositLimitsMinor.day;
  return {
    balance: major(balances.cashMinor),
    available_balance: major(balances.availableMinor),
    bonus_balance: major(balances.bonusMinor),
    held: major(balances.heldMinor),
    currency: balances.currency,
    today_deposit: major(todayDepositMinor),
    daily_limit: dailyLimit === null ? null : major(dailyLimit),
    frozen,
    version: head.seq,
  };
}

function toTransaction(line: StatementLine, currency: Currency): z.input<typeof transactionOut> {
  return {
    id: line.entryId,
    type: line.type,
    amount: major(line.amountMinor),
    currency,
    status: "COMPLETED",
    balance_before: major(line.balanceBeforeMinor),
    balance_after: major(line.balanceAfterMinor),
    reference_id: line.referenceId,
    reference_type: line.referenceType,
    tax_lines: line.taxLines.map(toTaxLine),
    created_at: toRfc3339(unixMs(line.recordedAtMs)),
  };
}

function toTaxLine(line: TaxLine): z.input<typeof taxLineOut> {
  return {
    rule_id: line.ruleId,
    code: line.code,
    name: line.legalName,
    rate_percent: line.rateBasisPoints / 100,
    base: major(line.baseMinor),
    amount: major(line.taxMinor),
  };
}

function major(amountMinor: number): number {
  return toMajor(minor(amountMinor));
}
