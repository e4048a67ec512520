/**
 * D1 over an SQLite database in memory with the real migrations: statements and atomic batches that take time, fail before or after
 * their effect, and a database that is set back to an older day.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { Faults } from "./faults.ts";
import type { World } from "./world.ts";

const FOLDER = join(import.meta.dirname, "../../d1-migrations");
const MIGRATIONS = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".sql"))
  .sort()
  .map((file) => readFileSync(join(FOLDER, file), "utf8").replaceAll("--> statement-breakpoint", ""));

const LATENCY_MS_MAX = 15;
const SLOW_MS = 5_000;

type Cell = SQLInputValue;
type Rows = Record<string, unknown>[];

interface Answer {
  readonly success: true;
  readonly results: unknown[];
  readonly meta: {
    readonly changes: number;
    readonly last_row_id: number;
    readonly duration: number;
    readonly rows_read: number;
    readonly rows_written: number;
  };
}

class Statement {
  readonly query: string;
  readonly params: readonly Cell[];
  readonly #database: SimD1;

  constructor(database: SimD1, query: string, params: readonly Cell[] = []) {
    this.#database = database;
    this.query = query;
    this.params = params;
  }

  bind(...params: Cell[]): Statement {
    return new Statement(this.#database, this.query, params);
  }

  all(): Promise<Answer> {
    return this.#database.perform(() => this.#database.execute(this));
  }

  run(): Promise<Answer> {
    return this.all();
  }

  first(column?: string): Promise<unknown> {
    return this.#database.perform(() => {
      const row = (this.#database.execute(this).results as Rows)[0] ?? null;
      return row === null || column === undefined ? row : (row[column] ?? null);
    });
  }

  raw(): Promise<unknown[][]> {
    return this.#database.perform(() => this.#database.executeRaw(this));
  }
}

/** Rows of every table, by table. */
export type D1Snapshot = ReadonlyMap<string, { readonly columns: readonly string[]; readonly rows: readonly Rows[number][] }>;

export class SimD1 {
  readonly #database = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();
  readonly #rawStatements = new Map<string, StatementSync>();
  readonly #world: World;
  readonly #faults: Faults;
  readonly #name: string;

  constructor(world: World, faults: Faults, name: string) {
    this.#world = world;
    this.#faults = faults;
    this.#name = name;
    for (const migration of MIGRATIONS) this.#database.exec(migration);
  }

  /** The Worker's binding. */
  binding(): object {
    return {
      prepare: (query: string) => new Statement(this, query),
      batch: (statements: readonly Statement[]) => this.perform(() => this.#batch(statements)),
    };
  }

  /** For checks: reads at once. */
  read(query: string, ...params: Cell[]): Rows {
    return this.#prepared(query).all(...params) as Rows;
  }

  /** A copy of everything, to come back to. */
  snapshot(): D1Snapshot {
    return new Map(
      this.#tables().map((table) => {
        const rows = this.read(`SELECT * FROM "${table}"`);
        return [table, { columns: Object.keys(rows[0] ?? {}), rows }] as const;
      }),
    );
  }

  /** Sets the database back: what was written since is gone. */
  restore(snapshot: D1Snapshot): void {
    const triggers = this.read("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'");
    this.#database.exec("PRAGMA foreign_keys = OFF; BEGIN");
    for (const { name } of triggers) this.#database.exec(`DROP TRIGGER "${String(name)}"`);
    for (const table of this.#tables()) this.#database.exec(`DELETE FROM "${table}"`);
    for (const [table, { columns, rows }] of snapshot) {
      if (rows.length === 0) continue;
      const names = columns.map((column) => `"${column}"`).join(", ");
      const insert = this.#database.prepare(`INSERT INTO "${table}" (${names}) VALUES (${columns.map(() => "?").join(", ")})`);
      for (const row of rows) insert.run(...columns.map((column) => row[column] as Cell));
    }
    for (const { sql } of triggers) this.#database.exec(String(sql));
    this.#database.exec("COMMIT; PRAGMA foreign_keys = ON");
  }

  /** Runs `work` after its way there, and answers after the way back. */
  perform<T>(work: () => T): Promise<T> {
    const caller = this.#world.current;
    const latencyMs = (): number => this.#world.prng.between(0, LATENCY_MS_MAX);
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error("D1_ERROR: the database was reset because its code was updated"));
      const leave = (): void =>
        this.#world.after(latencyMs() + (this.#faults.strikes("d1-slow", this.#name) ? SLOW_MS : 0), "", () => {
          if (this.#faults.strikes("d1-fails-before", this.#name)) return this.#world.after(latencyMs(), "", fail, caller);
          let answer: () => void;
          try {
            const result = work();
            answer = () => resolve(result);
          } catch (error) {
            answer = () => reject(error instanceof Error ? error : new Error(String(error)));
          }
          if (this.#faults.strikes("d1-fails-after", this.#name)) answer = fail;
          this.#world.after(latencyMs(), "", answer, caller);
        });
      if (caller === null) leave();
      else caller.afterWrites(leave);
    });
  }

  execute({ query, params }: Statement): Answer {
    const statement = this.#prepared(query);
    if (statement.columns().length > 0) return answerOf(statement.all(...params), 0);
    return answerOf([], Number(statement.run(...params).changes));
  }

  executeRaw({ query, params }: Statement): unknown[][] {
    let statement = this.#rawStatements.get(query);
    if (statement === undefined) {
      statement = this.#database.prepare(query);
      statement.setReturnArrays(true);
      this.#rawStatements.set(query, statement);
    }
    return statement.all(...params) as unknown as unknown[][];
  }

  #batch(statements: readonly Statement[]): Answer[] {
    this.#database.exec("BEGIN");
    try {
      const answers = statements.map((statement) => this.execute(statement));
      this.#database.exec("COMMIT");
      return answers;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #tables(): string[] {
    return this.read("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").map(({ name }) => String(name));
  }

  #prepared(query: string): StatementSync {
    let statement = this.#statements.get(query);
    if (statement === undefined) {
      statement = this.#database.prepare(query);
      this.#statements.set(query, statement);
    }
    return statement;
  }
}

function answerOf(results: unknown[], changes: number): Answer {
  return { success: true, results, meta: { changes, last_row_id: 0, duration: 0, rows_read: 0, rows_written: changes } };
}
