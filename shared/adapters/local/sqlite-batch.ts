import type { DatabaseSync } from 'node:sqlite';
import { operations } from './operations.ts';
import type { Sql } from './sql.ts';
import { type Answer, type Call, type Failure, toFailure } from './sqlite-protocol.ts';

/**
 * Group commit: runs all calls in one transaction, each within a savepoint of its own, so that a failing call takes
 * back only itself. The answers may leave this thread only because COMMIT is done when this returns; when the
 * transaction as a whole fails, every call fails with it.
 */
export function runBatch(database: DatabaseSync, sql: Sql, calls: readonly Call[]): readonly Answer[] {
  try {
    database.exec('BEGIN IMMEDIATE');
    const answers = calls.map((call) => runOne(database, sql, call));
    database.exec('COMMIT');
    return answers;
  } catch (error) {
    const failure = toFailure(error);
    rollBack(database);
    return calls.map(({ id }) => ({ id, failure }));
  }
}

function runOne(database: DatabaseSync, sql: Sql, { id, name, args }: Call): Answer {
  database.exec('SAVEPOINT one');
  let answer: Answer;
  try {
    // The host pairs each name with its own arguments; the thread boundary is where the types are lost.
    const run = operations[name] as (sql: Sql, args: unknown) => unknown;
    answer = { id, value: run(sql, args) };
  } catch (error) {
    answer = { id, failure: takenBack(database, error) };
  }
  database.exec('RELEASE one');
  return answer;
}

/** Undoes one call. On a full disk SQLite may have undone the whole transaction already: then the batch fails. */
function takenBack(database: DatabaseSync, error: unknown): Failure {
  if (!database.isTransaction) throw error;
  database.exec('ROLLBACK TO one');
  return toFailure(error);
}

function rollBack(database: DatabaseSync): void {
  if (database.isTransaction) database.exec('ROLLBACK');
}
