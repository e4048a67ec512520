/**
 * The platform on this machine: the bundled Worker in workerd, made from wrangler.toml, on a direct socket.
 *
 * `wrangler dev` puts proxies in front that make it some 15 times slower; what a person tries and what benches measure should be
 * the runtime itself. Bindings, limits and migrations all come from the same wrangler.toml and d1-migrations.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from "wrangler";
import { WORKER_BUILD } from "./builds.ts";

const DATABASES = ["DB_KE", "DB_NG", "DB_GH"] as const;

export interface RuntimeOptions {
  readonly root: string;
  readonly port: number;
  readonly stateDir: string;
  /** Text values of the environment: settings and secrets. */
  readonly bindings: Readonly<Record<string, string>>;
  readonly quiet?: boolean;
  /** Another bundle than the product's, from the project's root: the bench's. */
  readonly script?: string;
  /** False leaves the assets' router out, which costs more than the Worker behind it. */
  readonly assets?: boolean;
  /** Objects beside those of wrangler.toml. */
  readonly objects?: Readonly<Record<string, { readonly className: string; readonly useSQLite: boolean }>>;
}

export interface Runtime {
  readonly url: string;
  /** Does once what the platform's cron does every few minutes: no cron runs by itself here. */
  runCron(): Promise<void>;
  dispose(): Promise<void>;
}

/** Starts workerd and applies pending D1 migrations; resolves when it answers. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(options.root, "wrangler.toml"));
  const { assets, bindings, durableObjects, ...rest } = workerOptions as Record<string, unknown> & { bindings?: Record<string, string> };
  const script = join(options.root, options.script ?? join(WORKER_BUILD, "index.js"));
  const converted = convertV4MiniflareOptions({
    log: new Log(options.quiet ? LogLevel.NONE : LogLevel.ERROR),
    workers: [
      {
        ...rest,
        ...(options.assets === false ? {} : { assets }),
        name: "mkeka",
        modules: [{ type: "ESModule", path: script }],
        modulesRoot: dirname(script),
        bindings: { ...bindings, ...options.bindings },
        durableObjects: { ...(durableObjects as object), ...options.objects },
        unsafeDirectSockets: [{ host: "127.0.0.1", port: options.port }],
      },
    ],
  } as Parameters<typeof convertV4MiniflareOptions>[0]);
  const miniflare = new Miniflare({
    ...converted,
    resourcePersistencePath: options.stateDir,
    // What the platform warns of belongs on the screen of who runs it; the rest would drown it.
    handleStructuredLogs: ({ level, message }) => {
      if (level === "warn" || level === "error") console.error(message);
    },
  });
  await miniflare.ready;
  for (const name of DATABASES) await applyMigrations(options.root, await miniflare.getD1Database(name));
  const url = `http://127.0.0.1:${options.port}`;
  const runCron = async (): Promise<void> => {
    const worker = await miniflare.getWorker("mkeka");
    await worker.scheduled({ scheduledTime: new Date() });
  };
  return { url, runCron, dispose: () => miniflare.dispose() };
}

interface Database {
  prepare(query: string): {
    bind(...values: unknown[]): { run(): Promise<unknown> };
    all<Row>(): Promise<{ results: Row[] }>;
    run(): Promise<unknown>;
  };
}

/** Applies what `wrangler d1 migrations apply --local` would, with its table, without three more processes. */
async function applyMigrations(root: string, binding: unknown): Promise<void> {
  const database = binding as Database;
  await database
    .prepare(
      "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
    )
    .run();
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map((row) => row.name));
  const folder = join(root, "d1-migrations");
  const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
  for (const file of files.sort()) {
    if (applied.has(file)) continue;
    for (const statement of unstable_splitSqlQuery(readFileSync(join(folder, file), "utf8"))) await database.prepare(statement).run();
    await database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(file).run();
  }
}
