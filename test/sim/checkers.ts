/**
 * What must hold at every moment, and what must hold once nothing goes wrong any more and everything has had its time.
 *
 * Between events: each wallet's own proof (I1 to I6, I11, I12 over its whole journal) and, around sampled commands, that a refusal, a
 * repeat or a preview changed nothing (I8). At the end: nothing waits anywhere, the databases hold what the journals hold (I9), all
 * books of a country sum to zero (I10), and every wallet has what its callers were told.
 */

import type { Result as Outcome } from "../../shared/kernel/result.ts";
import { totalsAccount } from "../../shared/ledger/house-totals.ts";
import type { IntentView } from "../../shared/protocol/rpc/payment-intent.ts";
import type { BetView, Page, WalletDigest, WalletHead, WalletView } from "../../shared/protocol/rpc/wallet.ts";
import type { PromotionsView } from "../../shared/protocol/rpc/wallet-promotions.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import { checkBets, checkMoney, checkTokens } from "./bet-checks.ts";
import { demand, SimFailure } from "./failure.ts";
import { awayProducers, untoldFixtures } from "./feed-checks.ts";
import type { FixtureBoard } from "./fixtures.ts";
import type { StartedIntent } from "./intent-actions.ts";
import type { Platform } from "./platform.ts";
import type { Player } from "./player.ts";
import type { SimD1 } from "./sim-d1.ts";
import { PRODUCERS, type SimFeed } from "./sim-feed.ts";
import type { Prober, SimObject } from "./sim-object.ts";
import { noteWaited, waitingOf } from "./waiting.ts";
import type { World } from "./world.ts";

const READS: ReadonlySet<string> = new Set([
  "read",
  "head",
  "digest",
  "check",
  "readEntries",
  "hashAt",
  "statement",
  "bet",
  "betToDecide",
  "customerFactor",
  "shownBet",
  "shownBetByKey",
  "shownBets",
  "cashOutOrders",
  "cashOutToDecide",
  "knownCashOut",
  "editRequest",
  "editToDecide",
  "knownEdit",
  "promotions",
  "bets",
  "acknowledge",
  "alarm",
]);
const PROBE_CHANCE = 1 / 30;
/** The whole proof costs as much as the journal is long; the view tells nearly as much. */
const WHOLE_PROBE_CHANCE = 1 / 15;

/** Counts commands that reach wallets, and samples them for I8. */
export function commandProber(world: World, onCommand: () => void): Prober {
  const prng = world.prng.split("prober");
  return (object, method) => {
    if (!object.startsWith("wallet ") || READS.has(method)) return null;
    if (method !== "preview") onCommand();
    if (!prng.chance(method === "preview" ? 0.5 : PROBE_CHANCE)) return null;
    const probe = prng.chance(WHOLE_PROBE_CHANCE) ? "digest" : "read";
    return {
      method: probe,
      compare: (reply, before, after) => {
        const said = reply as { readonly ok: boolean; readonly value?: { readonly replayed?: boolean } };
        if (said.ok && said.value?.replayed !== true && method !== "preview") return;
        const [was, is] = [before, after].map((state) =>
          probe === "digest" ? (state as WalletDigest).digest : viewText(state as Outcome<WalletView, unknown>),
        );
        if (was !== is)
          world.uncaught.push(new SimFailure(`${object}: ${method} answered ${JSON.stringify(reply)} and changed the wallet (I8)`));
      },
    };
  };
}

/** A view as text; the order of accounts is nobody's promise. */
function viewText(view: Outcome<WalletView, unknown>): string {
  if (!view.ok) return JSON.stringify(view.error);
  return JSON.stringify({ ...view.value, accounts: view.value.accounts.map((account) => JSON.stringify(account)).sort() });
}

/** A wallet's own proof over everything that it has stored. */
export async function checkWallet(wallet: SimObject): Promise<void> {
  const { violations } = (await wallet.ask("digest", [])) as WalletDigest;
  demand(violations.length === 0, () => `${wallet.name} violates ${violations.join("; ")}`);
}

export interface Story {
  readonly platform: Platform;
  readonly players: readonly Player[];
  readonly feed: SimFeed;
  readonly boards: readonly FixtureBoard[];
  readonly intents: readonly StartedIntent[];
}

/** Says what still waits; empty when all is quiet. */
export async function unfinished({ platform, players, feed, boards, intents }: Story): Promise<readonly string[]> {
  const waiting: string[] = [];
  for (const player of players) if (player.isWaiting) waiting.push(`${player.audit.walletId} waits for an answer`);
  for (const board of boards) if (!board.isQuiet) waiting.push("a fixture has no result yet");
  for (const [name, queue] of platform.queues) if (!queue.isQuiet) waiting.push(`queue ${name}`);
  if (waiting.length > 0) return waiting;
  waiting.push(...unfinishedFeed(platform, feed));
  for (const player of players) {
    const head = (await walletOf(platform, player).ask("head", [])) as Outcome<WalletHead, unknown>;
    waiting.push(...(await waitingOf(player, walletOf(platform, player))));
    if (head.ok && head.value.ackedSeq < head.value.seq)
      waiting.push(`${player.audit.walletId} has ${head.value.seq - head.value.ackedSeq} unacknowledged entries`);
    if (head.ok && storedSeq(platform, player) < head.value.seq)
      waiting.push(`${player.audit.walletId} is stored up to ${storedSeq(platform, player)} of ${head.value.seq}`);
  }
  for (const [country, database] of platform.databases)
    for (const { class: name, subject } of database.read(
      "SELECT class, subject FROM recon_item WHERE level = 'L2' AND resolved_at_ms IS NULL",
    ))
      waiting.push(`${country}: ${String(subject)} has an open item: ${String(name)}`);
  for (const channel of platform.network.objectsOf("channel"))
    if (openSettlements(channel) > 0) waiting.push(`${channel.name} has unsettled bets`);
  for (const table of platform.network.objectsOf("crash-table")) if (openCrashBets(table) > 0) waiting.push(`${table.name} has open bets`);
  for (const object of platform.network.objects.values()) waiting.push(...[unsentAndPoisoned(object)].filter((one) => one !== null));
  for (const intent of intents) {
    const view = await intentView(platform, intent);
    if (view !== null && ["CREATED", "PENDING", "PENDING_UNKNOWN"].includes(view.status))
      waiting.push(`${intent.intentId} is ${view.status}`);
  }
  return waiting;
}

/** A feed whose matches are over comes to be whole, with all fixtures told; then it falls silent, and all are told of that. */
function unfinishedFeed(platform: Platform, feed: SimFeed): readonly string[] {
  const untold = untoldFixtures(platform);
  if (feed.isOver || untold.length > 0) return untold;
  const away = awayProducers(platform);
  if (away.length > 0) return away;
  if (!feed.isWhole) return ["the feed is not whole"];
  feed.end();
  return ["the feed falls silent"];
}

/** Everything that must hold once all is quiet. */
export async function checkEnd(story: Story, setBack: ReadonlySet<Country>, hasLostTime: boolean): Promise<void> {
  const { platform, players } = story;
  demand(awayProducers(platform).length === Object.keys(PRODUCERS).length, () => "a feed that is silent for good counts as there");
  const totals = new Map<Country, Map<string, number>>();
  for (const player of players) {
    const wallet = walletOf(platform, player);
    await checkWallet(wallet);
    await noteWaited(player, wallet);
    const view = given((await wallet.ask("read", [])) as Outcome<WalletView, unknown>, wallet.name);
    const { rows } = (await wallet.ask("bets", [{ status: "ALL", limit: 1_000_000, offset: 0 }])) as Page<BetView>;
    const promotions = (await wallet.ask("promotions", [])) as PromotionsView;
    checkMoney(player, view, rows, promotions);
    checkBets(player, rows);
    checkTokens(player, rows, promotions);
    checkProjection(platform, player, view);
    checkProjectedBets(platform, player, rows);
    const sums = totals.get(player.country) ?? new Map<string, number>();
    totals.set(player.country, sums);
    for (const { account, postedMinor } of view.accounts) {
      const total = totalsAccount(account);
      sums.set(total, (sums.get(total) ?? 0) + postedMinor);
    }
  }
  for (const [country, sums] of totals) {
    const sum = [...sums.values()].reduce((total, one) => total + one, 0);
    demand(sum === 0, () => `the books of ${country} sum to ${sum} (I10)`);
    checkHouse(platform, country, sums);
  }
  await checkProvider(story, totals.get("KE")?.get("clearing:daraja") ?? 0);
  for (const country of totals.keys()) {
    if (setBack.has(country)) continue;
    await checkOtherRows(story, country);
    if (!hasLostTime) checkNothingMended(platform, country);
  }
  // Wallets ask for a decision until there is one, and nothing waits for one any more: such a message is only a prompt.
  const [lost] = platform.deadLetters.filter(({ queue }) => queue !== "acceptance");
  demand(lost === undefined, () => `dead letters: ${JSON.stringify(lost)}`);
}

/** I9, once everything was acknowledged: the database has the journal and every balance, no more and no less. */
function checkProjection(platform: Platform, { audit, country, around }: Player, view: WalletView): void {
  const database = databaseOf(platform, country);
  const { walletId } = audit;
  const entries = database.read(
    "SELECT seq, kind, hash FROM wallet_entry WHERE wallet_id = ? AND epoch = ? ORDER BY seq",
    walletId,
    view.head.epoch,
  );
  demand(entries.length === view.head.seq, () => `${walletId}: ${entries.length} of ${view.head.seq} entries are projected (I9)`);
  demand(
    entries.every(({ seq }, index) => seq === index + 1),
    () => `${walletId}: the projected entries have a gap (I9)`,
  );
  if (entries.some(({ kind }) => kind === "HOLD_EXPIRED")) around.world.reached("expired-hold");
  demand(entries.at(-1)?.hash === view.head.hash, () => `${walletId}: the last projected entry is another (I9)`);
  const accounts = new Map(database.read("SELECT * FROM wallet_account WHERE wallet_id = ?", walletId).map((row) => [row.account, row]));
  for (const { account, postedMinor, heldMinor } of view.accounts) {
    const row = accounts.get(account);
    const isSame = (row?.posted_minor ?? 0) === postedMinor && (row?.held_minor ?? 0) === heldMinor;
    demand(isSame, () => `${walletId}: ${account} is projected as ${JSON.stringify(row)} and is ${postedMinor}, ${heldMinor} held (I9)`);
  }
  const bets = database.read("SELECT count(*) AS n FROM bet WHERE wallet_id = ?", walletId)[0];
  demand(bets?.n === audit.bets.size, () => `${walletId}: ${String(bets?.n)} of ${audit.bets.size} bets are projected (I9)`);
}

/** The bets as the database shows them are the bets. */
function checkProjectedBets(platform: Platform, { audit, country }: Player, bets: readonly BetView[]): void {
  const rows = new Map(
    databaseOf(platform, country)
      .read("SELECT bet_id, status, paid_minor FROM bet WHERE wallet_id = ?", audit.walletId)
      .map((row) => [row.bet_id, row]),
  );
  for (const { betId, status, paidMinor } of bets) {
    const row = rows.get(betId);
    demand(
      row?.status === status && row.paid_minor === paidMinor,
      () => `${audit.walletId}: ${betId} is projected as ${JSON.stringify(row)} (I9)`,
    );
  }
}

/**
 * Journals come to the database by their own way: reconciliation is the net below it, and finds nothing to add. Excused are databases
 * that were set back and runs in which alarms or days were lost.
 */
function checkNothingMended(platform: Platform, country: Country): void {
  const [late] = databaseOf(platform, country).read("SELECT subject, note FROM recon_item WHERE level = 'L2' AND class = 'behind'");
  demand(late === undefined, () => `only reconciliation brought ${String(late?.subject)} to the database: ${String(late?.note)}`);
}

/** Payments and fixtures are in the database as they are. A database that was set back has lost those that had been acknowledged. */
async function checkOtherRows({ platform, intents, boards }: Story, country: Country): Promise<void> {
  const database = databaseOf(platform, country);
  for (const intent of intents.filter(({ player }) => player.country === country)) {
    const view = await intentView(platform, intent);
    const [row] = database.read("SELECT status FROM payment_intent WHERE intent_id = ?", intent.intentId);
    demand(
      row?.status === view?.status,
      () => `${intent.intentId} is ${view?.status ?? "nothing"} and projected as ${JSON.stringify(row)}`,
    );
  }
  const stored = new Set(database.read("SELECT fixture_id FROM fixture").map((row) => row.fixture_id));
  const told = boards.flatMap(({ all }) => all).filter((fixture) => fixture.country === country);
  for (const { fixtureId } of told) demand(stored.has(fixtureId), () => `${fixtureId} is not in the catalogue`);
}

/** The house's running totals are the sums of the wallets' accounts: each posting counted once. */
function checkHouse(platform: Platform, country: Country, sums: ReadonlyMap<string, number>): void {
  const rows = databaseOf(platform, country).read("SELECT account, sum(sum_minor) AS total FROM house_daily GROUP BY account");
  const totals = new Map(rows.map((row) => [String(row.account), Number(row.total)]));
  for (const account of new Set([...totals.keys(), ...sums.keys()])) {
    const [has, should] = [totals.get(account) ?? 0, sums.get(account) ?? 0];
    demand(has === should, () => `the house's total of ${account} in ${country} is ${has}, the wallets sum to ${should}`);
  }
}

/** I9 at any moment: no wallet believes more to be stored than is. A database that was set back is excused. */
export async function checkAcknowledged(platform: Platform, player: Player, setBack: ReadonlySet<Country>): Promise<void> {
  const wallet = platform.network.objects.get(`wallet ${player.audit.walletId}`);
  if (wallet === undefined || wallet.database.isDirty || setBack.has(player.country)) return;
  const head = (await wallet.ask("head", [])) as Outcome<WalletHead, unknown>;
  if (!head.ok) return;
  const stored = storedSeq(platform, player);
  demand(
    head.value.ackedSeq <= stored,
    () => `${player.audit.walletId} believes ${head.value.ackedSeq} entries to be stored, ${stored} are (I9)`,
  );
  demand(
    head.value.frozenReason === null || head.value.frozenReason === "sim",
    () => `${player.audit.walletId} froze itself: ${String(head.value.frozenReason)}`,
  );
}

/**
 * The provider's statement: what moved is booked or lies with a person; nothing is booked that did not move. A completed payment books
 * what moved. One exception is the provider's: its answer to a query names no amount, so a payment that only a query confirmed books what
 * was asked for, and the clearing's reconciliation shows the rest.
 */
async function checkProvider({ platform, intents }: Story, clearingMinor: number): Promise<void> {
  const ledger = await platform.provider.ledger();
  let sumMinor = 0;
  for (const intent of intents) {
    const view = await intentView(platform, intent);
    const own = ledger.filter(({ reference, direction }) =>
      intent.kind === "deposit"
        ? direction === "in" && reference === view?.providerReference
        : direction === "out" && reference === intent.intentId,
    );
    demand(own.length <= 1, () => `${intent.intentId} moved money ${own.length} times`);
    const sign = intent.kind === "deposit" ? -1 : 1;
    const movedMinor = sign * Math.round((own[0]?.amount ?? 0) * 100);
    const bookedMinor = bookedFor(platform, intent);
    sumMinor += bookedMinor;
    const say = (what: string): string =>
      `${intent.intentId} is ${view?.status ?? "nothing"}, ${movedMinor} moved, ${bookedMinor} is booked: ${what} (I10)`;
    if (view?.status !== "COMPLETED") {
      demand(bookedMinor === 0, () => say("booked without being completed"));
      demand(movedMinor === 0 || view?.status !== "FAILED", () => say("money moved by a payment that failed"));
    } else if (bookedMinor !== movedMinor) {
      const askedMinor = sign * view.amountMinor;
      demand(movedMinor !== 0 && movedMinor !== askedMinor && bookedMinor === askedMinor, () => say("not what moved"));
      intent.player.around.world.reached("other-amount-unseen");
    }
  }
  demand(sumMinor === clearingMinor, () => `clearing:daraja is ${clearingMinor}, the payments booked ${sumMinor} (I10)`);
}

/** What the wallet's journal has on the provider's clearing account for one payment. */
function bookedFor(platform: Platform, { player, intentId }: StartedIntent): number {
  const [row] = databaseOf(platform, player.country).read(
    `SELECT sum(amount_minor) AS booked FROM wallet_entry JOIN wallet_posting USING (wallet_id, epoch, seq)
     WHERE ref = ? AND account = 'clearing:daraja'`,
    intentId,
  );
  return Number(row?.booked ?? 0);
}

/** What payments brought and took, once they have ended: part of what the wallet must have. */
export async function noteIntents({ platform, intents }: Story): Promise<void> {
  for (const intent of intents) {
    const view = await intentView(platform, intent);
    intent.player.around.world.reached(`intent-ended:${view?.status ?? "never"}`);
    if (view?.status !== "COMPLETED") continue;
    const { audit } = intent.player;
    audit.cashMinor += intent.kind === "deposit" ? (view.netMinor ?? 0) : -view.amountMinor;
  }
}

async function intentView(platform: Platform, { player, intentId }: StartedIntent): Promise<IntentView | null> {
  const object = platform.network.objects.get(`intent ${player.country}:${intentId}`);
  if (object === undefined) return null;
  const reply = (await object.ask("read", [player.userId])) as Outcome<IntentView, unknown>;
  return reply.ok ? reply.value : null;
}

function openSettlements(channel: SimObject): number {
  if (!channel.has("accepted_bet")) return 0;
  return channel.count("SELECT count(*) AS n FROM accepted_bet WHERE acked_version < told_version");
}

/** Crash bets that have not ended in their wallets. */
function openCrashBets(table: SimObject): number {
  return table.count("SELECT count(*) AS n FROM bet WHERE status IN ('RESERVING', 'ACTIVE') OR settle_at IS NOT NULL");
}

/** Messages that nobody has acknowledged, and jobs that fail again and again. */
function unsentAndPoisoned(object: SimObject): string | null {
  const unsent = object.has("outbox") ? object.count("SELECT count(*) AS n FROM outbox") : 0;
  if (unsent > 0) return `${object.name} has ${unsent} unacknowledged messages`;
  const poisoned = object.has("alarm_job") ? object.count("SELECT count(*) AS n FROM alarm_job WHERE attempts > 0") : 0;
  return poisoned > 0 ? `${object.name} has ${poisoned} jobs that failed` : null;
}

function storedSeq(platform: Platform, { country, audit }: Player): number {
  const row = databaseOf(platform, country).read("SELECT seq FROM wallet_projection WHERE wallet_id = ?", audit.walletId)[0];
  return Number(row?.seq ?? 0);
}

function databaseOf(platform: Platform, country: Country): SimD1 {
  const database = platform.databases.get(country);
  if (database === undefined) throw new SimFailure(`no database for ${country}`);
  return database;
}

function walletOf(platform: Platform, player: Player): SimObject {
  const wallet = platform.network.objects.get(`wallet ${player.audit.walletId}`);
  if (wallet === undefined) throw new SimFailure(`${player.audit.walletId} does not exist`);
  return wallet;
}

function given<T>(reply: Outcome<T, unknown>, name: string): T {
  if (!reply.ok) throw new SimFailure(`${name} refused a read: ${JSON.stringify(reply.error)}`);
  return reply.value;
}
