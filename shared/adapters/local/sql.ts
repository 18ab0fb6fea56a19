import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** The statements of one database, each prepared once. */
export interface Sql {
  get<Row>(text: string, values?: Readonly<Record<string, SQLInputValue>>): Row | undefined;
  all<Row>(text: string, values?: Readonly<Record<string, SQLInputValue>>): Row[];
  /** Gives the number of rows that were changed. */
  run(text: string, values?: Readonly<Record<string, SQLInputValue>>): number;
}

/** SQLite sorts every blob after every text. */
export const afterAllText = new Uint8Array();

/** Wraps a database; statement texts must be constants, since each one is kept. */
export function createSql(database: DatabaseSync): Sql {
  const statements = new Map<string, StatementSync>();
  const prepared = (text: string): StatementSync => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    const statement = database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  return {
    get: <Row>(text: string, values = {}) => prepared(text).get(values) as Row | undefined,
    all: <Row>(text: string, values = {}) => prepared(text).all(values) as Row[],
    run: (text, values = {}) => Number(prepared(text).run(values).changes),
  };
}
