/** Where a command writes and what it reads; a test gives its own. */
export interface CommandContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  /** Shows where a long task is, in place of what it showed before; absent where nobody looks on. */
  readonly showProgress?: (text: string) => void;
}

/** One verb: takes its arguments, answers the exit code (0 good, 1 failed, 2 not understood). */
export type Command = (args: readonly string[], context: CommandContext) => Promise<number>;

/** The arguments were not understood; the message says what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
