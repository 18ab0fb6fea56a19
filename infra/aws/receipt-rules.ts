import { CfnReceiptRule, CfnReceiptRuleSet } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { Route } from '../../shared/contracts/route.ts';
import { domainOf } from '../../shared/mail/address.ts';
import type { ReceiptTarget } from './raw-mail.ts';

export interface ReceiptRulesProps {
  readonly routes: readonly Route[];
  readonly ruleSetName: string;
  /** False: the rule set exists and only gets our rules. */
  readonly makesRuleSet: boolean;
  readonly target: ReceiptTarget;
}

/**
 * One receipt rule a route: over TLS only, scanned for spam and viruses, written under the route's own prefix.
 * CloudFormation names the rules, so that none meets a rule that an existing set has.
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-receipt-rules-console-walkthrough.html
 */
export class ReceiptRules extends Construct {
  constructor(scope: Construct, id: string, props: ReceiptRulesProps) {
    super(scope, id);
    const set = props.makesRuleSet
      ? new CfnReceiptRuleSet(this, 'RuleSet', { ruleSetName: props.ruleSetName })
      : undefined;
    let previous: CfnReceiptRule | undefined;
    for (const route of props.routes) {
      const rule = this.makeRule(route, props, previous);
      if (set !== undefined) rule.addResourceDependency(set);
      previous = rule;
    }
  }

  /** The rules stand in the routes' order. Each waits for the one before it, since `after` names it. */
  private makeRule(route: Route, props: ReceiptRulesProps, previous: CfnReceiptRule | undefined): CfnReceiptRule {
    const { bucketName, prefix, roleArn } = props.target;
    const objectKeyPrefix = `${prefix}${route.id}/`;
    const byRole = roleArn === undefined ? {} : { iamRoleArn: roleArn };
    return new CfnReceiptRule(this, `Rule-${route.id}`, {
      ruleSetName: props.ruleSetName,
      ...(previous === undefined ? {} : { after: previous.ref }),
      rule: {
        enabled: true,
        tlsPolicy: 'Require',
        scanEnabled: true,
        recipients: [toRecipient(route.address)],
        actions: [{ s3Action: { bucketName, objectKeyPrefix, ...byRole } }],
      },
    });
  }
}

/** A domain by itself means every address in it. */
function toRecipient(address: string): string {
  return address.startsWith('*@') ? domainOf(address) : address;
}
