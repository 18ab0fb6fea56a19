/** `unknown`: it could not be found out, which is no pass. */
export type Level = 'ok' | 'warning' | 'error' | 'unknown';

/** One thing that was looked at. */
export interface Finding {
  /** Which check it is of, such as `mx`. */
  readonly check: string;
  readonly level: Level;
  /** What it is about: a domain, a queue, a setting. */
  readonly subject: string;
  readonly finding: string;
  /** Empty when there is nothing to do. */
  readonly whatToDo: string;
}

/** A check looks at one idea and says everything that it found; `group` is the heading that it stands under. */
export interface Check {
  readonly name: string;
  readonly group: string;
  run(): Promise<readonly Finding[]>;
}

/** Makes the findings of one check. */
export function findingsOf(check: string) {
  const at = (level: Level) => (subject: string, finding: string, whatToDo: string) =>
    ({ check, level, subject, finding, whatToDo }) satisfies Finding;
  return {
    ok: (subject: string, finding: string): Finding => at('ok')(subject, finding, ''),
    warning: at('warning'),
    error: at('error'),
    unknown: at('unknown'),
  };
}
