import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { RuleSets } from './rule-sets.ts';
import { activateRuleSet, deactivateRuleSet } from './switch-rule-set.ts';

/** The template's properties; CloudFormation hands every value over as text. */
export interface ActiveRuleSetProperties {
  readonly ruleSetName: string;
  readonly takeOver: 'true' | 'false';
}

/** A request of CloudFormation's for the custom resource. */
export type ActiveRuleSetEvent = CloudFormationCustomResourceEvent<ActiveRuleSetProperties, ActiveRuleSetProperties>;

/**
 * The physical id carries the name of the rule set that ours replaced: it is the one thing that CloudFormation hands
 * back when the resource is deleted.
 */
const idPrefix = 'active-rule-set';

function toPhysicalId(replacedName: string | undefined): string {
  return replacedName === undefined ? idPrefix : `${idPrefix}/${replacedName}`;
}

function replacedNameOf(physicalId: string): string | undefined {
  return physicalId.startsWith(`${idPrefix}/`) ? physicalId.slice(idPrefix.length + 1) : undefined;
}

/**
 * Does what CloudFormation asks and gives the resource's physical id. An update keeps the id it has: a new one would
 * have CloudFormation delete the old one afterwards, and with it the activation just made. So what an update takes
 * over is not restored later.
 * @throws Error when another rule set is active and may not be taken over, and on every error of SES's
 */
export async function handleActiveRuleSet(event: ActiveRuleSetEvent, sets: RuleSets): Promise<string> {
  const { ruleSetName, takeOver } = event.ResourceProperties;
  const wanted = { ruleSetName, takeOver: takeOver === 'true' };
  switch (event.RequestType) {
    case 'Create':
      return toPhysicalId(await activateRuleSet(sets, wanted));
    case 'Update':
      await activateRuleSet(sets, wanted, event.OldResourceProperties.ruleSetName);
      return event.PhysicalResourceId;
    case 'Delete':
      await deactivateRuleSet(sets, ruleSetName, replacedNameOf(event.PhysicalResourceId));
      return event.PhysicalResourceId;
  }
}

/** The id of a resource whose creation failed; its deletion, which follows, finds no replaced rule set in it. */
export const failedPhysicalId = idPrefix;
