import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct, IDependable } from 'constructs';
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

/** Lets mail in, into this stack's region: the rules, and last their rule set as the active one; tells the MX record. */
export function receiveMail(stack: Stack, props: ReceiveMailProps): void {
  const { settings, ruleSetName, target, after } = props;
  const rules = new ReceiptRules(stack, 'Rules', {
    routes: settings.routes,
    ruleSetName,
    makesRuleSet: settings.ruleSet === undefined,
    target,
  });
  if (after !== undefined) rules.node.addDependency(after);
  tellExchanger(stack, settings.receivingDomains);
  if (settings.ruleSet !== undefined) return;
  const active = new ActiveRuleSetResource(stack, 'ActiveRuleSet', {
    ruleSetName,
    takeOver: settings.takeOver,
    assetFolder: props.assetFolder('active-rule-set'),
  });
  active.node.addDependency(rules);
}

function tellExchanger(scope: Construct, domains: readonly string[]): void {
  new CfnOutput(scope, 'MailExchanger', {
    description: `The MX record that ${domains.join(', ')} must have`,
    value: `10 inbound-smtp.${Stack.of(scope).region}.amazonaws.com`,
  });
}
