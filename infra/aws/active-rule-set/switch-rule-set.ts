import type { RuleSets } from './rule-sets.ts';

/** What the stack asks for. */
export interface Activation {
  readonly ruleSetName: string;
  /** Whether another active rule set may be replaced. */
  readonly takeOver: boolean;
}

/**
 * Makes our rule set the active one, and gives the name of the one it replaced, if any.
 * @param formerName our rule set's name before an update: replaced without asking
 * @throws Error when a rule set that is not ours is active and may not be taken over: nothing was changed
 */
export async function activateRuleSet(
  sets: RuleSets,
  wanted: Activation,
  formerName?: string,
): Promise<string | undefined> {
  const active = await sets.readActive();
  if (active === wanted.ruleSetName) return undefined;
  const isForeign = active !== undefined && active !== formerName;
  if (isForeign && !wanted.takeOver) throw new Error(refusal(active, wanted.ruleSetName));
  await sets.activate(wanted.ruleSetName);
  return isForeign ? active : undefined;
}

function refusal(active: string, ours: string): string {
  return (
    `the receipt rule set "${active}" is active in this account and region, and is not replaced by "${ours}" unasked: ` +
    `deploy with -c ruleSet=${active} to add the rules to it, or with -c takeOver=true to activate ours in its place`
  );
}

/**
 * Ends the reign of our rule set: only if it is the active one, the one it replaced is activated again if it still
 * exists; else none is active.
 */
export async function deactivateRuleSet(
  sets: RuleSets,
  ruleSetName: string,
  replacedName: string | undefined,
): Promise<void> {
  if ((await sets.readActive()) !== ruleSetName) return;
  const restores = replacedName !== undefined && (await sets.exists(replacedName));
  await sets.activate(restores ? replacedName : undefined);
}
