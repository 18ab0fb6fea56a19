import type { Stack } from 'aws-cdk-lib';
import type { IDependable } from 'constructs';
import { ActiveRuleSetResource } from './active-rule-set-resource.ts';
import type { ReceiptTarget } from './raw-mail.ts';
import { ReceiptRules } from './receipt-rules.ts';
import type { AwsSettings } from './settings.ts';

export interface ReceiveMailProps {
  readonly settings: AwsSettings;
  readonly ruleSetName: string;
  readonly target: ReceiptTarget;
  /** Gives the folder of a function's bundle. */
  readonly assetFolder: (name: string) => string;
  /** What must stand before the first mail is let in. */
  readonly after?: IDependable;
}

/** Lets mail in, into this stack's region: the rules, and last their rule set as the active one. */
export function receiveMail(stack: Stack, props: ReceiveMailProps): void {
  const { settings, ruleSetName, target, after } = props;
  const rules = new ReceiptRules(stack, 'Rules', {
    routes: settings.routes,
    ruleSetName,
    makesRuleSet: settings.ruleSet === undefined,
    target,
  });
  if (after !== undefined) rules.node.addDependency(after);
  if (settings.ruleSet !== undefined) return;
  const active = new ActiveRuleSetResource(stack, 'ActiveRuleSet', {
    ruleSetName,
    takeOver: settings.takeOver,
    assetFolder: props.assetFolder('active-rule-set'),
  });
  active.node.addDependency(rules);
}
