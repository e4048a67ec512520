/** The back office's calls on one player's wallet, below /api/v1/admin/wallets. Every change takes an Idempotency-Key and says why. */
import { ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { ErrorCode } from "../../../shared/protocol/http/errors.ts";
import {
  accountParams,
  commitBody,
  entryBody,
  entryParams,
  entryReceipt,
  factorBody,
  holdBody,
  holdParams,
  holdReceipt,
  ledgerParams,
  ledgerReceipt,
  ledgerWallet,
  limitBody,
  openAccountBody,
  previewQuery,
  reasonBody,
} from "../../../shared/protocol/http/ledger.ts";
import { countryQuery } from "../../../shared/protocol/http/operators.ts";
import type { HoldView } from "../../../shared/protocol/rpc/wallet.ts";
import { exportWallet } from "../../services/ledger/export-wallet.ts";
import { commitCharge, holdCharge, releaseCharge } from "../../services/operators/charge-player.ts";
import { freezeWallet, unfreezeWallet } from "../../services/operators/freeze-wallet.ts";
import { limitAccount, openAccount } from "../../services/operators/manage-accounts.ts";
import { postEntry, reverseEntry } from "../../services/operators/post-entry.ts";
import { readWallet, type WalletForStaff } from "../../services/operators/read-wallet.ts";
import { setCustomerFactor } from "../../services/operators/set-customer-factor.ts";
import type { OperatorReceipt } from "../../services/operators/wallet-verb.ts";
import { type Api, type AppContext, errorResponse, route } from "../api.ts";

const TAG = "Ledger";
const WALLET = "/api/v1/admin/wallets/{user_id}";
const ERRORS = ["FORBIDDEN", "NOT_FOUND", "IDEMPOTENCY_CONFLICT"] as const satisfies readonly ErrorCode[];
const MONEY_ERRORS = [...ERRORS, "WALLET_FROZEN", "LEDGER_REFUSED", "INSUFFICIENT_BALANCE", "INVALID_AMOUNT"] as const;

const major = (amount: number): number => toMajor(minor(amount));
const majorOrNull = (amount: number | null): number | null => (amount === null ? null : major(amount));
const timeOrNull = (atMs: number | null): string | null => (atMs === null ? null : toRfc3339(unixMs(atMs)));

export function addLedgerRoutes(app: Api): void {
  addRead(app);
  addAccounts(app);
  addFactor(app);
  addEntries(app);
  addFreeze(app);
  addHolds(app);
  addHoldEnds(app);
  addExport(app);
}

function addRead(app: Api): void {
  route(app, {
    method: "get",
    path: WALLET,
    tag: TAG,
    summary: "A player's wallet whole: accounts, limits, holds, and the journal's head.",
    auth: "staff",
    params: ledgerParams,
    query: countryQuery,
    answer: ledgerWallet,
    statuses: [200],
    errors: ["FORBIDDEN", "NOT_FOUND"],
    handle: async ({ ctx, params, query }) => {
      const read = await readWallet(ctx, { userId: params.user_id, country: query.country });
      return read.ok ? ok({ body: presentWallet(read.value) }) : read;
    },
  });
}

function addFactor(app: Api): void {
  route(app, {
    method: "put",
    path: `${WALLET}/customer-factor`,
    tag: TAG,
    summary: "Set how much of the usual stake a player may bet.",
    auth: "staff",
    idempotent: true,
    params: ledgerParams,
    query: countryQuery,
    body: factorBody,
    answer: ledgerReceipt,
    statuses: [200],
    errors: [...ERRORS, "WALLET_FROZEN"],
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const order = { userId: params.user_id, country: query.country, idempotencyKey, reason: body.reason };
      const set = await setCustomerFactor(ctx, { ...order, basisPoints: body.basis_points });
      return set.ok ? ok({ body: presentReceipt(set.value), replayed: set.value.replayed }) : set;
    },
  });
}

function addAccounts(app: Api): void {
  route(app, {
    method: "post",
    path: `${WALLET}/accounts`,
    tag: TAG,
    summary: "Open a bonus account.",
    auth: "staff",
    idempotent: true,
    params: ledgerParams,
    query: countryQuery,
    body: openAccountBody,
    answer: ledgerReceipt,
    statuses: [200],
    errors: [...ERRORS, "WALLET_FROZEN", "LEDGER_REFUSED"],
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const opened = await openAccount(ctx, { userId: params.user_id, country: query.country, idempotencyKey, ...body });
      return opened.ok ? ok({ body: presentReceipt(opened.value), replayed: opened.value.replayed }) : opened;
    },
  });
  route(app, {
    method: "put",
    path: `${WALLET}/accounts/{account}/limit`,
    tag: TAG,
    summary: "Set how low an account may go, and whether anything may leave it.",
    auth: "staff",
    idempotent: true,
    params: accountParams,
    query: countryQuery,
    body: limitBody,
    answer: ledgerReceipt,
    statuses: [200],
    errors: MONEY_ERRORS,
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const { floor: floorMinor, frozen, reason } = body;
      const order = { userId: params.user_id, country: query.country, idempotencyKey, reason };
      const limited = await limitAccount(ctx, { ...order, account: params.account, floorMinor, frozen });
      return limited.ok ? ok({ body: presentReceipt(limited.value), replayed: limited.value.replayed }) : limited;
    },
  });
}

function addEntries(app: Api): void {
  route(app, {
    method: "post",
    path: `${WALLET}/entries`,
    tag: TAG,
    summary: "Make an entry by hand: a grant, an adjustment, money in suspense.",
    auth: "staff",
    idempotent: true,
    params: ledgerParams,
    query: previewQuery,
    body: entryBody,
    answer: entryReceipt,
    statuses: [200],
    errors: MONEY_ERRORS,
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const { kind, ref, reason, occurred_at: occurredAtMs = null } = body;
      const order = { userId: params.user_id, country: query.country, idempotencyKey, reason, preview: query.preview };
      const postings = body.postings.map(({ account, amount }) => ({ account, amountMinor: amount }));
      const posted = await postEntry(ctx, { ...order, kind, ref, postings, occurredAtMs });
      if (!posted.ok) return posted;
      return ok({ body: { ...presentReceipt(posted.value), seq: posted.value.value.seq }, replayed: posted.value.replayed });
    },
  });
  route(app, {
    method: "post",
    path: `${WALLET}/entries/{seq}/reversal`,
    tag: TAG,
    summary: "Undo an entry that was made by hand, once.",
    auth: "staff",
    idempotent: true,
    params: entryParams,
    query: previewQuery,
    body: reasonBody,
    answer: entryReceipt,
    statuses: [200],
    errors: MONEY_ERRORS,
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const order = { userId: params.user_id, country: query.country, idempotencyKey, ...body, preview: query.preview };
      const reversed = await reverseEntry(ctx, { ...order, seq: params.seq });
      if (!reversed.ok) return reversed;
      return ok({ body: { ...presentReceipt(reversed.value), seq: reversed.value.value.seq }, replayed: reversed.value.replayed });
    },
  });
}

function addFreeze(app: Api): void {
  const verbs = [
    { name: "freeze", summary: "Stop a wallet; what protects the player goes on.", run: freezeWallet },
    { name: "unfreeze", summary: "Let a frozen wallet work again.", run: unfreezeWallet },
  ] as const;
  for (const { name, summary, run } of verbs) {
    route(app, {
      method: "post",
      path: `${WALLET}/${name}`,
      tag: TAG,
      summary,
      auth: "staff",
      idempotent: true,
      params: ledgerParams,
      query: countryQuery,
      body: reasonBody,
      answer: ledgerReceipt,
      statuses: [200],
      errors: ERRORS,
      handle: async ({ ctx, params, query, body, idempotencyKey }) => {
        const done = await run(ctx, { userId: params.user_id, country: query.country, idempotencyKey, ...body });
        return done.ok ? ok({ body: presentReceipt(done.value), replayed: done.value.replayed }) : done;
      },
    });
  }
}

function addHolds(app: Api): void {
  route(app, {
    method: "post",
    path: `${WALLET}/holds`,
    tag: TAG,
    summary: "Set money in dispute aside for a time.",
    auth: "staff",
    idempotent: true,
    params: ledgerParams,
    query: previewQuery,
    body: holdBody,
    answer: holdReceipt,
    statuses: [200],
    errors: MONEY_ERRORS,
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const { ref, reason, amount: amountMinor, expires_at: expiresAtMs } = body;
      const order = { userId: params.user_id, country: query.country, idempotencyKey, reason, preview: query.preview };
      const held = await holdCharge(ctx, { ...order, ref, amountMinor, expiresAtMs });
      return held.ok ? ok({ body: presentHold(held.value), replayed: held.value.replayed }) : held;
    },
  });
}

function addHoldEnds(app: Api): void {
  route(app, {
    method: "post",
    path: `${WALLET}/holds/{hold_id}/commit`,
    tag: TAG,
    summary: "Take a part of what was set aside, or all of it, into suspense.",
    auth: "staff",
    idempotent: true,
    params: holdParams,
    query: previewQuery,
    body: commitBody,
    answer: holdReceipt,
    statuses: [200],
    errors: MONEY_ERRORS,
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const { amount: amountMinor, close, reason } = body;
      const order = { userId: params.user_id, country: query.country, idempotencyKey, reason, preview: query.preview };
      const taken = await commitCharge(ctx, { ...order, holdId: params.hold_id, amountMinor, close });
      return taken.ok ? ok({ body: presentHold(taken.value), replayed: taken.value.replayed }) : taken;
    },
  });
  route(app, {
    method: "post",
    path: `${WALLET}/holds/{hold_id}/release`,
    tag: TAG,
    summary: "Give back what was set aside.",
    auth: "staff",
    idempotent: true,
    params: holdParams,
    query: previewQuery,
    body: reasonBody,
    answer: ledgerReceipt,
    statuses: [200],
    errors: [...ERRORS, "WALLET_FROZEN", "LEDGER_REFUSED"],
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const order = { userId: params.user_id, country: query.country, idempotencyKey, ...body, preview: query.preview };
      const given = await releaseCharge(ctx, { ...order, holdId: params.hold_id });
      return given.ok ? ok({ body: presentReceipt(given.value), replayed: given.value.replayed }) : given;
    },
  });
}

/** Streams lines, so it is no JSON route; parameters are read by the same schemas. */
function addExport(app: Api): void {
  app.get("/api/v1/admin/wallets/:user_id/export", async (c) => {
    const params = ledgerParams.safeParse(c.req.param());
    const query = countryQuery.safeParse(c.req.query());
    if (!params.success) return errorResponse(c as AppContext, { code: "NOT_FOUND" });
    if (!query.success)
      return errorResponse(c as AppContext, { code: "VALIDATION_FAILED", details: { fields: { country: "is none of ours" } } });
    const { user_id: userId } = params.data;
    const exported = await exportWallet(c.get("ctx"), { userId, country: query.data.country });
    if (!exported.ok) return errorResponse(c as AppContext, exported.error);
    const file = `attachment; filename="${userId}.ndjson"`;
    return c.body(exported.value, 200, { "Content-Type": "application/x-ndjson", "Content-Disposition": file });
  });
  app.openAPIRegistry.registerPath({
    method: "get",
    path: `${WALLET}/export`,
    tags: [TAG],
    summary: "A wallet whole as lines of JSON, which anyone can verify; ends early when the wallet changes meanwhile.",
    security: [{ bearer: [] }],
    request: { params: ledgerParams as never, query: countryQuery as never },
    responses: { 200: { description: "One line a row.", content: { "application/x-ndjson": { schema: { type: "string" } } } } },
  });
}

function presentWallet({ view, head }: WalletForStaff) {
  const { player, accounts, openHolds } = view;
  const { day, week, month } = player.depositLimitsMinor;
  return {
    user_id: view.userId,
    country: view.country,
    frozen: view.frozen,
    frozen_reason: head.frozenReason,
    balances: presentBalances(view),
    head: { ...view.head, acknowledged_seq: head.ackedSeq },
    player: {
      verified: player.verified,
      self_excluded: player.exclusion !== null,
      excluded_until: timeOrNull(player.exclusion?.untilMs ?? null),
      deposit_limits: { day: majorOrNull(day), week: majorOrNull(week), month: majorOrNull(month) },
    },
    accounts: accounts.map(({ account, postedMinor, heldMinor, floorMinor, frozen }) => ({
      ...{ account, posted: major(postedMinor), held: major(heldMinor), floor: majorOrNull(floorMinor), frozen },
    })),
    holds: openHolds.map(({ holdId, purpose, ref, amountMinor, expiresAtMs }) => ({
      ...{ hold_id: holdId, purpose, ref, amount: major(amountMinor), expires_at: timeOrNull(expiresAtMs) },
    })),
  };
}

function presentBalances({ balances }: Pick<OperatorReceipt<unknown>, "balances">) {
  const { currency, cashMinor, heldMinor, availableMinor, bonusMinor } = balances;
  return { currency, balance: major(cashMinor), held: major(heldMinor), available: major(availableMinor), bonus: major(bonusMinor) };
}

function presentReceipt(receipt: OperatorReceipt<unknown>) {
  const { epoch, seq, hash } = receipt.head;
  return { preview: receipt.preview, head: { epoch, seq, hash }, balances: presentBalances(receipt) };
}

function presentHold(receipt: OperatorReceipt<HoldView>) {
  const { holdId, amountMinor, committedMinor, isOpen, shares } = receipt.value;
  return {
    ...presentReceipt(receipt),
    hold: {
      ...{ hold_id: holdId, amount: major(amountMinor), committed: major(committedMinor), open: isOpen },
      shares: shares.map((share) => ({ account: share.account, amount: major(share.amountMinor) })),
    },
  };
}
