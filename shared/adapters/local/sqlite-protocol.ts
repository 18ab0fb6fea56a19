import type { OperationName } from './operations.ts';

/** One operation, on its way to the worker. */
export interface Call {
  readonly id: number;
  readonly name: OperationName;
  readonly args: unknown;
}

/** How an operation failed: `sqliteCode` is SQLite's extended result code, absent when our own code threw. */
export interface Failure {
  readonly message: string;
  readonly sqliteCode?: number;
}

/** The outcome of one call; sent only after the transaction that holds it is durable. */
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure };

export type ToWorker = { readonly calls: readonly Call[] } | 'close';

export type FromWorker = 'ready' | { readonly unusable: Failure } | { readonly answers: readonly Answer[] };

/** What the worker is started with. */
export interface WorkerSettings {
  readonly databasePath: string;
}

/** Turns whatever was thrown into what can cross the thread. @see https://www.sqlite.org/rescode.html */
export function toFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const sqliteCode = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : undefined;
  return typeof sqliteCode === 'number' ? { message, sqliteCode } : { message };
}
