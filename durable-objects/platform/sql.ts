/**
 * The port through which every store talks to SQLite, and its adapter over an object's storage.
 *
 * Stores depend on `Sql`, not on `ctx.storage`, so the same store code runs inside an object and over node:sqlite in tests.
 * An exception does NOT roll back an object's SQL: only `transaction` does, so every command runs inside exactly one, with no
 * `await` in it. Numbers come back as doubles and are bound as REAL: amounts are asserted to be safe integers on both ways.
 */

export type SqlValue = string | number | null | ArrayBuffer;
export type SqlRow = Record<string, SqlValue>;

export interface Sql {
  /** Runs a statement and returns how many rows it wrote, index rows included. */
  run(query: string, ...params: SqlValue[]): number;
  all<Row extends SqlRow>(query: string, ...params: SqlValue[]): Row[];
  first<Row extends SqlRow>(query: string, ...params: SqlValue[]): Row | null;
  /** Runs `work` atomically: an exception leaves storage as it was and goes on to the caller. */
  transaction<T>(work: () => T): T;
}

/** Adapts an object's storage to the port. */
export function durableSql(storage: DurableObjectStorage): Sql {
  return {
    run: (query, ...params) => storage.sql.exec(query, ...params).rowsWritten,
    all: <Row extends SqlRow>(query: string, ...params: SqlValue[]) => storage.sql.exec<Row>(query, ...params).toArray(),
    // To the end: a cursor left open keeps its statement, and the next call would have to compile the query again.
    first: <Row extends SqlRow>(query: string, ...params: SqlValue[]) => storage.sql.exec<Row>(query, ...params).toArray()[0] ?? null,
    transaction: (work) => storage.transactionSync(work),
  };
}
