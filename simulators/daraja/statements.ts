/**
 * Pull Transactions: what phones paid in the last 48 hours, in pages of lists within lists, times in either zone in turn. The code
 * 1001 means "already registered" of one call and "no transactions" of the other, as it does on the wire.
 */
import { unixMs } from "../../shared/kernel/time.ts";
import { PULL_REACH_MS, pullDateTime, pullInstant } from "../../shared/payments/daraja/pull.ts";
import { invalid } from "./answers.ts";
import type { Network } from "./network.ts";
import { type AppSettings, type Fields, firstBroken, textOf } from "./request-rules.ts";
import type { Movement, World } from "./world.ts";

const ROWS_PER_PAGE = 100;

export class Statements {
  readonly #settings: AppSettings;
  readonly #world: World;
  readonly #network: Network;
  #isRegistered = false;

  constructor(settings: AppSettings, world: World, network: Network) {
    this.#settings = settings;
    this.#world = world;
    this.#network = network;
  }

  register(fields: Fields): Response {
    const broken = firstBroken(
      [
        ["ShortCode", (value) => value === this.#settings.shortcode],
        ["RequestType", (value) => value === "Pull"],
        ["NominatedNumber", (value) => /^(0|254)[17]\d{8}$/.test(value)],
        ["CallBackURL", (value) => URL.canParse(value)],
      ],
      fields,
    );
    if (broken !== null) return invalid(broken);
    const isFirst = !this.#isRegistered;
    this.#isRegistered = true;
    return Response.json({
      ResponseRefID: crypto.randomUUID(),
      ResponseStatus: isFirst ? "1000" : "1001",
      ShortCode: this.#settings.shortcode,
      ResponseDescription: isFirst ? "Shortcode Registered Successfully" : "Shortcode already Registered",
    });
  }

  query(fields: Fields): Response {
    const broken = firstBroken(
      [
        ["ShortCode", (value) => value === this.#settings.shortcode],
        ["StartDate", (value) => pullInstant(value) !== null],
        ["EndDate", (value) => pullInstant(value) !== null],
        ["OffSetValue", (value) => /^\d+$/.test(value)],
      ],
      fields,
    );
    if (broken !== null) return invalid(broken);
    const fromMs = Math.max(pullInstant(textOf(fields.StartDate)) ?? 0, this.#network.now() - PULL_REACH_MS);
    const toMs = pullInstant(textOf(fields.EndDate)) ?? 0;
    const offset = Number(textOf(fields.OffSetValue));
    const page = this.#world.ledger
      .filter(({ direction, at }) => direction === "in" && Date.parse(at) >= fromMs && Date.parse(at) <= toMs)
      .slice(offset, offset + ROWS_PER_PAGE);
    return Response.json({
      ResponseRefID: crypto.randomUUID(),
      ResponseCode: page.length === 0 ? "1001" : "1000",
      ResponseMessage: page.length === 0 ? "No transactions" : "Success",
      Response: [page.map(lineOf)],
    });
  }
}

function lineOf(movement: Movement, turn: number) {
  const atMs = unixMs(Date.parse(movement.at));
  return {
    transactionId: movement.receipt,
    trxDate: turn % 2 === 0 ? `${new Date(atMs).toISOString().slice(0, 19)}Z` : pullDateTime(atMs),
    msisdn: Number(movement.msisdn.slice(3)),
    sender: "SIMULATED PLAYER",
    transactiontype: "c2b-pay-bill-debit",
    billreference: movement.reference,
    amount: movement.amount.toLocaleString("en", { minimumFractionDigits: 2, useGrouping: false }),
    organizationname: "Simulated organisation",
  };
}
