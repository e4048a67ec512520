/**
 * The Sql port over node:sqlite, so that stores run in plain Node. It has the platform's sharp edges: numbers are bound and come back
 * as doubles, a BigInt is refused, a statement takes at most 100 values, and only a transaction rolls back.
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { Sql, SqlRow, SqlValue } from "../../durable-objects/platform/sql.ts";

const PARAMS_MAX = 100;
const STATEMENT_CHARS_MAX = 100_000;

/** Opens an empty database in memory. */
export function nodeSql(): Sql {
  const database = new DatabaseSync(":memory:");
  database.exec("PRAGMA foreign_keys = ON");
  const statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  let depth = 0;

  const prepared = (query: string): ReturnType<DatabaseSync["prepare"]> => {
    if (query.length > STATEMENT_CHARS_MAX) throw new Error("statement too long");
    const known = statements.get(query);
    if (known !== undefined) return known;
    const statement = database.prepare(query);
    statement.setReadBigInts(true);
    statements.set(query, statement);
    return statement;
  };

  const all = <Row extends SqlRow>(query: string, ...params: SqlValue[]): Row[] =>
    prepared(query)
      .all(...bound(params))
      .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asDouble(value)])) as Row);

  return {
    all,
    first: <Row extends SqlRow>(query: string, ...params: SqlValue[]) => all<Row>(query, ...params)[0] ?? null,
    run: (query, ...params) => Number(prepared(query).run(...bound(params)).changes),
    transaction: (work) => {
      depth += 1;
      const savepoint = `level_${depth}`;
      database.exec(`SAVEPOINT ${savepoint}`);
      try {
        const result = work();
        database.exec(`RELEASE ${savepoint}`);
        return result;
      } catch (error) {
        database.exec(`ROLLBACK TO ${savepoint}`);
        database.exec(`RELEASE ${savepoint}`);
        throw error;
      } finally {
        depth -= 1;
      }
    },
  };
}

function bound(params: readonly SqlValue[]): SQLInputValue[] {
  if (params.length > PARAMS_MAX) throw new Error(`too many SQL variables: ${params.length}`);
  return params.map((value) => {
    if (typeof value === "bigint") throw new TypeError("a BigInt can't be bound");
    if (value instanceof ArrayBuffer) return new Uint8Array(value);
    return value;
  });
}

function asDouble(value: unknown): SqlValue {
  return typeof value === "bigint" ? Number(value) : (value as SqlValue);
}
