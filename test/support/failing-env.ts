/**
 * The environment with a fault in it: the n-th call that leaves the Worker (a database statement or batch, an object's RPC, a queue's
 * send, the archive) fails before or after it took effect. A clean run counts the calls.
 */
import type { Env } from "../../workers/env.ts";

export interface FaultPoint {
  readonly n: number;
  readonly when: "before" | "after";
}

export class InjectedFault extends Error {}

export interface FailingEnv {
  readonly env: Env;
  /** Calls made so far. */
  count(): number;
  /** A namespace of the test's own, with the same fault in it. */
  faulty<N extends object>(namespace: N): N;
}

const DATABASES = ["DB_KE", "DB_NG", "DB_GH"] as const;
const OBJECTS = [
  "WALLET",
  "ODDS_CHANNEL",
  "PAYMENT_INTENT",
  "IDENTITY",
  "CRASH_GAME",
  "CRASH_TABLE",
  "CRASH_LOUNGE",
  "PROVIDER_SESSION",
] as const;
const ARCHIVE_CALLS = ["get", "head", "put", "createMultipartUpload"];
const QUEUES = ["PROJECTION_QUEUE", "SETTLEMENT_QUEUE", "ACCEPTANCE_QUEUE", "PAYMENT_CALLBACK_QUEUE", "NOTIFICATION_QUEUE"] as const;

type Call = (...args: unknown[]) => unknown;
type Around = (work: () => unknown) => Promise<unknown>;

/** Wraps the bindings; without a fault point it only counts. */
export function failingEnv(env: Env, fault: FaultPoint | null): FailingEnv {
  let calls = 0;
  const around: Around = async (work) => {
    calls += 1;
    const isHit = fault?.n === calls;
    if (isHit && fault.when === "before") throw new InjectedFault(`before call ${calls}`);
    const result = await work();
    if (isHit) throw new InjectedFault(`after call ${calls}`);
    return result;
  };
  const wrapped: Record<string, unknown> = { ...env };
  for (const name of DATABASES) wrapped[name] = database(env[name], around);
  for (const name of OBJECTS) wrapped[name] = namespace(env[name], around);
  for (const name of QUEUES) wrapped[name] = intercepted(env[name], ["send", "sendBatch"], around);
  wrapped.ARCHIVE = intercepted(env.ARCHIVE, ARCHIVE_CALLS, around);
  return {
    env: wrapped as unknown as Env,
    count: () => calls,
    faulty: <N extends object>(own: N) => namespace(own, around) as N,
  };
}

/** An object whose named methods go through the fault; the others are its own. */
function intercepted(target: object, methods: readonly string[], around: Around): object {
  return new Proxy(target, {
    get: (of, name) => {
      const member: unknown = Reflect.get(of, name);
      if (typeof member !== "function") return member;
      const call = (member as Call).bind(of);
      return methods.includes(String(name)) ? (...args: unknown[]) => around(() => call(...args)) : call;
    },
  });
}

function namespace(target: object, around: Around): object {
  const getByName = (name: string): object => {
    const stub = (target as { getByName: (name: string) => object }).getByName(name);
    return new Proxy(stub, {
      get: (of, method) => {
        if (typeof method !== "string" || method === "then") return undefined;
        return (...args: unknown[]) => around(() => (of as Record<string, Call>)[method]?.(...args));
      },
    });
  };
  return new Proxy(target, { get: (of, name) => (name === "getByName" ? getByName : Reflect.get(of, name)) });
}

const REAL = Symbol("the statement itself");

function database(target: D1Database, around: Around): object {
  const statement = (real: D1PreparedStatement): object => {
    const inner = intercepted(real, ["all", "first", "run", "raw"], around);
    return new Proxy(inner, {
      get: (of, name) => {
        if (name === REAL) return real;
        if (name === "bind") return (...values: unknown[]) => statement(real.bind(...values));
        return Reflect.get(of, name);
      },
    });
  };
  const realOf = (wrapped: object): D1PreparedStatement => (wrapped as { [REAL]?: D1PreparedStatement })[REAL] as D1PreparedStatement;
  return {
    prepare: (query: string) => statement(target.prepare(query)),
    batch: (statements: readonly object[]) => around(() => target.batch(statements.map(realOf))),
  };
}

/** Runs `attempt` with a fault before and after each of its calls, in turn; gives how many calls a clean run makes. */
export async function atEveryCall(env: Env, attempt: (failing: FailingEnv, label: string) => Promise<void>): Promise<number> {
  const clean = failingEnv(env, null);
  await attempt(clean, "clean");
  const calls = clean.count();
  for (let n = 1; n <= calls; n += 1)
    for (const when of ["before", "after"] as const) await attempt(failingEnv(env, { n, when }), `fault ${when} call ${n} of ${calls}`);
  return calls;
}
