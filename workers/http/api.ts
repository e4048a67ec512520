/**
 * One declaration a route: path, schemas, errors and handler. The same zod schemas validate the request and make the OpenAPI
 * document, so the two can't differ.
 *
 * A handler calls one verb and gets parsed input; it returns the verb's `Result`. Nothing here knows the domain.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import * as z from "zod";
import { IDEMPOTENCY_KEY_CHARS_MAX, REQUEST_BODY_BYTES_MAX } from "../../shared/kernel/limits.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import { ERRORS, type ErrorCode } from "../../shared/protocol/http/errors.ts";
import type { Env } from "../env.ts";
import type { ServiceContext, ServiceError, ServiceResult } from "../services/context.ts";
import { parseJson } from "./parse-json.ts";

export interface AppVariables {
  ctx: ServiceContext;
}
export type AppEnv = { Bindings: Env; Variables: AppVariables };
export type Api = OpenAPIHono<AppEnv>;
export type AppContext = Context<AppEnv>;

type Schema = z.ZodType;
type Parsed<S extends Schema | undefined> = S extends Schema ? z.output<S> : undefined;

export interface Reply<Body> {
  readonly body: Body;
  /** One of the route's `answers`; the first of them when left out. */
  readonly status?: number;
  /** Marks the stored answer of an earlier request with the same Idempotency-Key. */
  readonly replayed?: boolean;
}

export interface RouteInput<P extends Schema | undefined, Q extends Schema | undefined, B extends Schema | undefined> {
  readonly ctx: ServiceContext;
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
  /** The header's value, or null: then the request is its own key. */
  readonly idempotencyKey: string | null;
}

export interface RouteDeclaration<
  P extends Schema | undefined,
  Q extends Schema | undefined,
  B extends Schema | undefined,
  O extends Schema,
> {
  readonly method: "get" | "post" | "put" | "delete";
  /** OpenAPI form: `/api/v1/bets/{id}`. */
  readonly path: string;
  /** Other addresses of the same route (the seed's), left out of the document. */
  readonly aliases?: readonly string[];
  readonly tag: string;
  readonly summary: string;
  readonly auth: "none" | "player" | "staff";
  /** Takes an Idempotency-Key. */
  readonly idempotent?: boolean;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: O;
  /** Statuses of success, the usual one first. */
  readonly statuses: readonly [number, ...number[]];
  readonly errors: readonly ErrorCode[];
  readonly handle: (input: RouteInput<P, Q, B>) => Promise<ServiceResult<Reply<z.input<O>>>>;
}

/** Where openapi.ts puts the shape of errors: every route refers to it. */
const ERROR_SHAPE = { $ref: "#/components/schemas/Error" } as const;

const IDEMPOTENCY_HEADERS = z.object({
  "Idempotency-Key": z.string().min(1).max(IDEMPOTENCY_KEY_CHARS_MAX).optional().meta({
    description:
      "The same key and body answers the first result again, with Idempotent-Replayed: true. Without it the request is its own key.",
  }),
});

const COMMON_ERRORS: readonly ErrorCode[] = ["VALIDATION_FAILED", "RATE_LIMIT_EXCEEDED", "GEO_BLOCKED", "INTERNAL_ERROR"];

/** Adds a route to the app and to its OpenAPI document. */
export function route<
  O extends Schema,
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
>(app: Api, declaration: RouteDeclaration<P, Q, B, O>): void {
  register(app, declaration);
  const handler = async (c: AppContext): Promise<Response> => {
    const input = await readInput(c, declaration);
    if (!input.ok) return errorResponse(c, input.error);
    const result = await declaration.handle(input.value);
    if (!result.ok) return errorResponse(c, result.error);
    const { body, status = declaration.statuses[0], replayed = false } = result.value;
    if (replayed) c.header("Idempotent-Replayed", "true");
    if (status === 204) return c.body(null, 204);
    return c.body(JSON.stringify(body), status as 200, { "Content-Type": "application/json" });
  };
  for (const path of [declaration.path, ...(declaration.aliases ?? [])]) {
    app.on(declaration.method.toUpperCase(), path.replace(/\{(\w+)\}/g, ":$1"), handler);
  }
}

/** Answers with the error's code, sentence, details, request id and time; never a stack. */
export function errorResponse(c: AppContext, error: ServiceError): Response {
  const [status, message, remedy] = ERRORS[error.code];
  const ctx = c.get("ctx") as ServiceContext | undefined;
  const body = {
    error: {
      code: error.code,
      message: `${message} ${remedy}`,
      details: error.details ?? {},
      request_id: ctx?.requestId ?? c.res.headers.get("X-Request-ID") ?? "",
      timestamp: new Date(ctx?.nowMs ?? Date.now()).toISOString(),
    },
  };
  if (error.retryAfterSeconds !== undefined) c.header("Retry-After", String(error.retryAfterSeconds));
  return c.body(JSON.stringify(body), status as 400, { "Content-Type": "application/json" });
}

async function readInput<P extends Schema | undefined, Q extends Schema | undefined, B extends Schema | undefined, O extends Schema>(
  c: AppContext,
  declaration: RouteDeclaration<P, Q, B, O>,
): Promise<Result<RouteInput<P, Q, B>, ServiceError>> {
  const idempotencyKey = declaration.idempotent ? (c.req.header("Idempotency-Key") ?? null) : null;
  if (idempotencyKey !== null && (idempotencyKey.length === 0 || idempotencyKey.length > IDEMPOTENCY_KEY_CHARS_MAX)) {
    return err({ code: "VALIDATION_FAILED", details: { fields: { "Idempotency-Key": `1 to ${IDEMPOTENCY_KEY_CHARS_MAX} characters` } } });
  }
  const params = parse(declaration.params, () => c.req.param());
  if (!params.ok) return err({ code: "NOT_FOUND" });
  const query = parse(declaration.query, () => c.req.query());
  if (!query.ok) return query;
  let raw: unknown;
  if (declaration.body !== undefined) {
    const text = await c.req.text();
    if (text.length > REQUEST_BODY_BYTES_MAX) return err({ code: "BODY_TOO_LARGE" });
    const json = parseJson(text);
    if (!json.ok) return json;
    raw = json.value;
  }
  const body = parse(declaration.body, () => raw);
  if (!body.ok) return body;
  return ok({
    ctx: c.get("ctx"),
    params: params.value as Parsed<P>,
    query: query.value as Parsed<Q>,
    body: body.value as Parsed<B>,
    idempotencyKey,
  });
}

function parse(schema: Schema | undefined, read: () => unknown): Result<unknown, ServiceError> {
  if (schema === undefined) return ok(undefined);
  const result = schema.safeParse(read());
  if (result.success) return ok(result.data);
  const fields: Record<string, string> = {};
  let code: ErrorCode = "VALIDATION_FAILED";
  for (const issue of result.error.issues) {
    fields[issue.path.join(".") || "body"] ??= issue.message;
    if (issue.code === "custom" && issue.params?.code === "INVALID_AMOUNT") code = "INVALID_AMOUNT";
  }
  return err({ code, details: { fields } });
}

function register<P extends Schema | undefined, Q extends Schema | undefined, B extends Schema | undefined, O extends Schema>(
  app: Api,
  declaration: RouteDeclaration<P, Q, B, O>,
): void {
  const responses: Record<string, unknown> = {};
  for (const status of declaration.statuses) {
    responses[status] =
      status === 204
        ? { description: "Done." }
        : { description: "Success.", content: { "application/json": { schema: declaration.answer } } };
  }
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set<ErrorCode>([
    ...declaration.errors,
    ...COMMON_ERRORS,
    ...(declaration.auth !== "none" ? (["UNAUTHORIZED"] as const) : []),
  ])) {
    const status = ERRORS[code][0];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  for (const [status, codes] of byStatus) {
    responses[status] = {
      description: codes.map((code) => `${code}: ${ERRORS[code][1]}`).join(" "),
      content: { "application/json": { schema: ERROR_SHAPE } },
    };
  }
  app.openAPIRegistry.registerPath({
    method: declaration.method,
    path: declaration.path,
    tags: [declaration.tag],
    summary: declaration.summary,
    ...(declaration.auth !== "none" ? { security: [{ bearer: [] }] } : {}),
    request: {
      ...(declaration.idempotent ? { headers: IDEMPOTENCY_HEADERS } : {}),
      ...(declaration.params === undefined ? {} : { params: declaration.params as never }),
      ...(declaration.query === undefined ? {} : { query: declaration.query as never }),
      ...(declaration.body === undefined
        ? {}
        : { body: { required: true, content: { "application/json": { schema: declaration.body as never } } } }),
    },
    responses: responses as never,
  });
}
