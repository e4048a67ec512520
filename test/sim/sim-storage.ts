/**
 * An object's storage over an SQLite database in memory, with the platform's sharp edges: numbers are doubles, a statement takes at most
 * 100 values, only a transaction rolls back, and nothing is durable before it is confirmed.
 *
 * Everything written since the last confirmation lies in one outer transaction: `confirm` commits it, `lose` rolls it back as a crash
 * does. Storage that was handed to an instance refuses to work once that instance is no longer the object's.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

const PARAMS_MAX = 100;
const STATEMENT_CHARS_MAX = 100_000;
const VALUE_BYTES_MAX = 2_000_000;

export interface StorageHooks {
  /** Before each statement that may write; may throw. */
  beforeWrite(): void;
  /** Something waits for its confirmation from now on. */
  onDirty(): void;
}

export class SimDatabase {
  readonly #database = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, { readonly statement: StatementSync; readonly reads: boolean }>();
  #depth = 0;
  #isDirty = false;

  constructor() {
    this.#database.exec("PRAGMA foreign_keys = ON");
  }

  get isDirty(): boolean {
    return this.#isDirty;
  }

  exec(
    query: string,
    params: readonly unknown[],
    hooks: StorageHooks,
  ): { readonly rows: Record<string, unknown>[]; readonly written: number } {
    const { statement, reads } = this.#prepared(query);
    if (reads) return { rows: statement.all(...bound(params)) as Record<string, unknown>[], written: 0 };
    hooks.beforeWrite();
    this.#begin(hooks);
    return { rows: [], written: Number(statement.run(...bound(params)).changes) };
  }

  /** `isCurrent` says whether the instance that runs the transaction still is the object's. */
  transaction<T>(work: () => T, hooks: StorageHooks, isCurrent: () => boolean): T {
    this.#begin(hooks);
    this.#depth += 1;
    const savepoint = `level_${this.#depth}`;
    this.#database.exec(`SAVEPOINT ${savepoint}`);
    try {
      const result = work();
      this.#database.exec(`RELEASE ${savepoint}`);
      this.#depth -= 1;
      return result;
    } catch (error) {
      if (isCurrent()) {
        this.#database.exec(`ROLLBACK TO ${savepoint}`);
        this.#database.exec(`RELEASE ${savepoint}`);
        this.#depth -= 1;
      }
      throw error;
    }
  }

  confirm(): void {
    if (this.#isDirty) this.#database.exec("COMMIT");
    this.#isDirty = false;
  }

  lose(): void {
    if (this.#isDirty) this.#database.exec("ROLLBACK");
    this.#isDirty = false;
    this.#depth = 0;
  }

  close(): void {
    this.#database.close();
  }

  #begin(hooks: StorageHooks): void {
    if (this.#isDirty) return;
    this.#database.exec("BEGIN");
    this.#isDirty = true;
    hooks.onDirty();
  }

  #prepared(query: string): { readonly statement: StatementSync; readonly reads: boolean } {
    const known = this.#statements.get(query);
    if (known !== undefined) return known;
    if (query.length > STATEMENT_CHARS_MAX) throw new Error("statement too long");
    const statement = this.#database.prepare(query);
    const prepared = { statement, reads: statement.columns().length > 0 && !/^\s*(INSERT|UPDATE|DELETE)/i.test(query) };
    this.#statements.set(query, prepared);
    return prepared;
  }
}

/** Values as the platform takes them. */
function bound(params: readonly unknown[]): SQLInputValue[] {
  if (params.length > PARAMS_MAX) throw new Error(`too many SQL variables: ${params.length}`);
  for (const value of params) {
    if (typeof value === "bigint" || value === undefined) throw new TypeError(`can't be bound: ${typeof value}`);
    if (typeof value === "string" && value.length > VALUE_BYTES_MAX) throw new Error("string or blob too big");
  }
  return params.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : (value as SQLInputValue)));
}
