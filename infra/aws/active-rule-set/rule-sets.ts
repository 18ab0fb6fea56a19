/** The receipt rule sets of one account and region, of which at most one is active. */
export interface RuleSets {
  /** The active rule set's name, or `undefined` when none is. */
  readActive(): Promise<string | undefined>;
  exists(name: string): Promise<boolean>;
  /** Makes a rule set the active one; `undefined`: none is active any more, and SES receives nothing. */
  activate(name: string | undefined): Promise<void>;
}
