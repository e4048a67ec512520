/**
 * The operators' side of a crash game's fairness: a chain comes in page by page, a second person publishes it, and a closed game is
 * opened again with a reason. Who did what is in the audit log before it is done.
 */
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import type { ChainImport, ChainRefusal, ChainStatement, ChainView, GameReport } from "../../../shared/protocol/rpc/crash-fairness.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { COUNTRIES, type Country } from "../../../shared/tenants/tenant.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { requireStaff } from "../operators/require-staff.ts";
import { crashGame } from "./crash-objects.ts";

type Game = ReturnType<typeof crashGame>;
interface Desk {
  readonly game: Game;
  readonly email: string;
}

/** Starts to bring in a chain; drops one that was not finished. Refuses CHAIN_REFUSED and what every verb of the desk refuses. */
export async function beginChain(
  ctx: ServiceContext,
  order: { readonly game: string; readonly statement: ChainStatement; readonly reason: string },
): Promise<ServiceResult<ChainImport>> {
  const { statement, reason } = order;
  const desk = await openDesk(ctx, order.game, "crash.begin_chain", { reason, statement });
  return desk.ok ? answerOf(await desk.value.game.beginChain(statement, desk.value.email)) : desk;
}

/** Takes the next page. The audit log names the begin and the publication, not each page. */
export async function addChainPage(
  ctx: ServiceContext,
  order: { readonly game: string; readonly terminatingHash: string; readonly page: number; readonly sealed: string },
): Promise<ServiceResult<ChainImport>> {
  const { page, terminatingHash, sealed } = order;
  const desk = await openDesk(ctx, order.game, "crash.add_chain_page", { terminatingHash, page });
  return desk.ok ? answerOf(await desk.value.game.addChainPage(terminatingHash, page, sealed)) : desk;
}

/** Commits to a complete chain; by another operator than the one who began it. */
export async function publishChain(
  ctx: ServiceContext,
  order: { readonly game: string; readonly terminatingHash: string; readonly reason: string },
): Promise<ServiceResult<ChainView>> {
  const { terminatingHash, reason } = order;
  const desk = await openDesk(ctx, order.game, "crash.publish_chain", { terminatingHash, reason });
  return desk.ok ? answerOf(await desk.value.game.publishChain(terminatingHash, desk.value.email)) : desk;
}

/** Gives the game's chains, its return and why it is closed, if it is. */
export async function readGameReport(ctx: ServiceContext, game: string): Promise<ServiceResult<GameReport>> {
  const country = countryOf(game);
  const scope = await requireStaff(ctx, {
    roles: ["trader", "compliance", "regulator"],
    action: "crash.read_report",
    subject: game,
    country,
  });
  if (!scope.ok) return scope;
  return country === undefined ? refuse("NOT_FOUND") : ok(await crashGame(ctx.env, tenantOf(country)).fairnessReport());
}

/** Stops a game after the round that is on; says whether it was open. */
export async function closeGame(
  ctx: ServiceContext,
  order: { readonly game: string; readonly reason: string },
): Promise<ServiceResult<boolean>> {
  const desk = await openDesk(ctx, order.game, "crash.close", { reason: order.reason });
  return desk.ok ? ok(await desk.value.game.close()) : desk;
}

/** Lets a closed game open rounds again; says whether it was closed. */
export async function reopenGame(
  ctx: ServiceContext,
  order: { readonly game: string; readonly reason: string },
): Promise<ServiceResult<boolean>> {
  const desk = await openDesk(ctx, order.game, "crash.reopen", { reason: order.reason });
  return desk.ok ? ok(await desk.value.game.reopen()) : desk;
}

/** Refuses UNAUTHORIZED, FORBIDDEN, and NOT_FOUND for a game of no tenant. */
async function openDesk(
  ctx: ServiceContext,
  game: string,
  action: string,
  details: Readonly<Record<string, unknown>>,
): Promise<ServiceResult<Desk>> {
  const country = countryOf(game);
  const scope = await requireStaff(ctx, { roles: ["compliance"], action, subject: game, country, details });
  if (!scope.ok) return scope;
  return country === undefined ? refuse("NOT_FOUND") : ok({ game: crashGame(ctx.env, tenantOf(country)), email: scope.value.staff.email });
}

function countryOf(game: string): Country | undefined {
  return COUNTRIES.find((each) => tenantOf(each).crash.gameId === game);
}

function answerOf<T>(answer: Result<T, ChainRefusal>): ServiceResult<T> {
  return answer.ok ? answer : err({ code: "CHAIN_REFUSED", details: { ...answer.error } });
}
