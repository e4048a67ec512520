/**
 * The people around one crash game, named `<country>:<game id>`: who may be shown to others, the chat, and rains of free bets.
 *
 * Who may come in is decided by the services, which ask the player's wallet; the lounge knows no wallet. What it shows of a player is a
 * masked name with the player's consent, looked up when it is shown: a withdrawal is in force with the next frame.
 */
import { DurableObject } from "cloudflare:workers";
import { chatText } from "../../shared/crash/chat-text.ts";
import { ID_RANDOM_BYTES, idFromDigest, makeId } from "../../shared/kernel/ids.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { PAGE_ROWS_MAX } from "../../shared/kernel/limits.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import { unixMs } from "../../shared/kernel/time.ts";
import type {
  ChatMessage,
  ChatReply,
  ChatReport,
  CrashLoungeRpc,
  MuteAuthor,
  MutedAuthor,
  NameReply,
  RainClaim,
  RainOutcome,
  RainRefusal,
  RainView,
  ReportMessage,
  SayInChat,
  ShownName,
  StartRain,
} from "../../shared/protocol/rpc/crash-lounge.ts";
import { PLAYER_HEADER } from "../../shared/protocol/ws/crash-lounge.ts";
import { loungeRulesOf } from "../../shared/tenants/crash-lounge.ts";
import { isCountry } from "../../shared/tenants/index.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import { type AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import { sha256Bytes } from "../platform/hash.ts";
import { migrate } from "../platform/migrate.ts";
import { OUTBOX_JOB, Outbox } from "../platform/outbox.ts";
import { durableSql } from "../platform/sql.ts";
import { ticketOf } from "../platform/ticket.ts";
import { ChatStore } from "./chat-store.ts";
import { CRASH_LOUNGE_MIGRATIONS } from "./crash-lounge-schema.ts";
import { LoungeBroadcast } from "./lounge-broadcast.ts";
import { LoungeSockets } from "./lounge-sockets.ts";
import { NameStore } from "./name-store.ts";
import { RainStore } from "./rain-store.ts";

const RAIN_JOB = "rain";
const SEED_BYTES = 32;
const TAG_BYTES = 4;
/** Policy violation (RFC 6455). */
const CLOSED_SPOKE = 1008;

export class CrashLounge extends DurableObject<Cloudflare.Env> implements CrashLoungeRpc {
  readonly #objectName: string;
  readonly #country: Country;
  readonly #names: NameStore;
  readonly #chat: ChatStore;
  readonly #rains: RainStore;
  readonly #outbox: Outbox;
  readonly #alarms: AlarmTable;
  readonly #sockets: LoungeSockets;
  readonly #broadcast: LoungeBroadcast;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    const name = ctx.id.name ?? "";
    const country = name.split(":")[0];
    invariant(isCountry(country), "a lounge is one of a tenant's game");
    const sql = durableSql(ctx.storage);
    migrate(sql, CRASH_LOUNGE_MIGRATIONS);
    this.#objectName = name;
    this.#country = country;
    const rules = loungeRulesOf(country);
    this.#names = new NameStore(sql, rules.consentsPerDay);
    this.#chat = new ChatStore(sql, this.#names, rules.chat, () => randomHex(TAG_BYTES));
    this.#outbox = new Outbox(sql);
    this.#rains = new RainStore(sql, this.#chat, this.#outbox);
    this.#alarms = new AlarmTable(sql, ctx.storage);
    this.#sockets = new LoungeSockets(ctx);
    this.#broadcast = new LoungeBroadcast(this.#sockets, this.#chat, this.#rains);
    this.#alarms.rearm();
  }

  /** The Worker has checked the ticket and the player, and says who it is. */
  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket") return new Response(null, { status: 426 });
    const userId = request.headers.get(PLAYER_HEADER) ?? "";
    invariant(userId !== "", "nobody comes in without a name");
    if (this.#sockets.count() >= loungeRulesOf(this.#country).chat.seats) return new Response(null, { status: 503 });
    const { 0: client, 1: socket } = new WebSocketPair();
    this.#sockets.accept(socket, userId, Date.now());
    this.#broadcast.greet(socket, userId, Date.now());
    return new Response(null, { status: 101, webSocket: client, headers: { "Sec-WebSocket-Protocol": ticketOf(request).protocol } });
  }

  /** Players speak over HTTP, where each word is counted: a socket that speaks is closed. */
  override async webSocketMessage(socket: WebSocket): Promise<void> {
    this.#sockets.close(socket, CLOSED_SPOKE);
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    this.#sockets.close(socket, code);
  }

  async shownName(userId: string): Promise<ShownName> {
    return this.#names.read(userId);
  }

  async setShownName(userId: string, name: string | null, wording: string): Promise<NameReply<ShownName>> {
    const set = this.#names.set(userId, name, wording, Date.now());
    if (!set.ok) return set;
    const author = this.#chat.knownTagOf(userId);
    if (set.value && author !== null) this.#broadcast.renamed(author, name, Date.now());
    return ok(this.#names.read(userId));
  }

  async namesOf(userIds: readonly string[]): Promise<readonly (string | null)[]> {
    return userIds.map((userId) => this.#names.nameOf(userId));
  }

  async messages(userId: string): Promise<readonly ChatMessage[]> {
    return this.#chat.messagesFor(userId);
  }

  async say(command: SayInChat): Promise<ChatReply<ChatMessage>> {
    const { userId, key } = command;
    const text = chatText(command.text, loungeRulesOf(this.#country).chat);
    if (!text.ok) return err({ reason: "text", problem: text.error });
    const messageId = idFromDigest("msg", sha256Bytes(`${this.#objectName}:${userId}:${key}`));
    const added = this.#chat.add({ messageId, userId, text: text.value }, Date.now());
    if (!added.ok) return added;
    if (added.value.isNew) this.#broadcast.said(added.value);
    return ok(added.value.message);
  }

  async mute({ userId, author, muted }: MuteAuthor): Promise<ChatReply<null>> {
    return this.#chat.mute(userId, author, muted, Date.now());
  }

  async mutes(userId: string): Promise<readonly MutedAuthor[]> {
    return this.#chat.mutes(userId);
  }

  async reportMessage(report: ReportMessage): Promise<ChatReply<null>> {
    const reportId = makeId("rpt", unixMs(Date.now()), crypto.getRandomValues(new Uint8Array(ID_RANDOM_BYTES)));
    return this.#chat.report({ reportId, ...report }, Date.now());
  }

  async expel(userId: string): Promise<void> {
    this.#sockets.expel(userId);
  }

  async deleteMessage(messageId: string): Promise<ChatReply<null>> {
    if (!this.#chat.deleteMessage(messageId, Date.now())) return err({ reason: "not_found" });
    this.#broadcast.deleted(messageId, Date.now());
    return ok(null);
  }

  async silence(author: string, untilMs: number): Promise<ChatReply<{ readonly userId: string }>> {
    const userId = this.#chat.silence(author, untilMs);
    return userId === null ? err({ reason: "not_found" }) : ok({ userId });
  }

  async reports(limit: number): Promise<readonly ChatReport[]> {
    return this.#chat.reports(Math.min(limit, PAGE_ROWS_MAX));
  }

  async closeReport(reportId: string, by: string): Promise<ChatReply<null>> {
    return this.#chat.closeReport(reportId, by, Date.now()) ? ok(null) : err({ reason: "not_found" });
  }

  async startRain(command: StartRain): Promise<Result<RainView, RainRefusal>> {
    const started = this.#rains.start(command, randomHex(SEED_BYTES), Date.now());
    if (!started.ok || started.value.state !== "OPEN") return started;
    this.#alarms.scheduleIfAbsent(`${RAIN_JOB}:${command.rainId}`, started.value.endsAtMs);
    this.#alarms.arm();
    this.#broadcast.rain(started.value, Date.now());
    return started;
  }

  async claimRain(rainId: string, userId: string): Promise<Result<RainView, RainRefusal>> {
    const isHere = this.#sockets.isPresent(userId, Date.now());
    return isHere ? this.#rains.claim(rainId, userId, Date.now()) : err({ reason: "not_present" });
  }

  async rain(rainId: string): Promise<{ readonly rain: RainView; readonly log: readonly RainClaim[] } | null> {
    return this.#rains.read(rainId);
  }

  async newestRain(): Promise<RainView | null> {
    return this.#rains.newest();
  }

  async acknowledge(outcomes: readonly RainOutcome[]): Promise<void> {
    for (const settled of this.#rains.acknowledge(outcomes, Date.now())) this.#broadcast.rain(settled, Date.now());
    this.#sendOutbox();
  }

  override async alarm(): Promise<void> {
    await this.#alarms.run(Date.now, (job) => this.#runJob(job));
  }

  async #runJob(job: AlarmJob): Promise<void> {
    const [kind, rainId = ""] = job.key.split(":");
    if (kind === RAIN_JOB) return this.#endRain(rainId);
    invariant(job.key === OUTBOX_JOB, `unknown job ${job.key}`);
    const nextAtMs = await this.#outbox.drain(Date.now(), async (rows) => {
      await this.env.PROJECTION_QUEUE.send({
        ...{ v: 1, source: "crash_lounge", objectName: this.#objectName, country: this.#country },
        rows: rows.map(({ seq, topic, body }) => ({ seq, topic, body })),
      });
    });
    if (nextAtMs !== null) this.#alarms.schedule(OUTBOX_JOB, nextAtMs);
  }

  #endRain(rainId: string): void {
    const rain = this.#rains.draw(rainId, Date.now());
    // Run again after a crash, the draw stands and its rows wait in the outbox.
    this.#sendOutbox();
    if (rain !== null) this.#broadcast.rain(rain, Date.now());
  }

  #sendOutbox(): void {
    const nextAtMs = this.#outbox.nextDueAtMs();
    if (nextAtMs === null) this.#alarms.cancel(OUTBOX_JOB);
    else this.#alarms.schedule(OUTBOX_JOB, nextAtMs);
    this.#alarms.arm();
  }
}

function randomHex(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("hex");
}
