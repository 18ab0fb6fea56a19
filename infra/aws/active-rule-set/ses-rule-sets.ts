import {
  DescribeActiveReceiptRuleSetCommand,
  DescribeReceiptRuleSetCommand,
  type SESClient,
  SetActiveReceiptRuleSetCommand,
} from '@aws-sdk/client-ses';
import type { RuleSets } from './rule-sets.ts';

/** The rule sets as SES's first API knows them. Errors are SES's own. */
export function sesRuleSets(client: SESClient): RuleSets {
  return {
    async readActive() {
      const answer = await client.send(new DescribeActiveReceiptRuleSetCommand({}));
      return answer.Metadata?.Name;
    },
    async exists(name) {
      try {
        await client.send(new DescribeReceiptRuleSetCommand({ RuleSetName: name }));
        return true;
      } catch (error) {
        if (error instanceof Error && error.name === 'RuleSetDoesNotExistException') return false;
        throw error;
      }
    },
    async activate(name) {
      await client.send(new SetActiveReceiptRuleSetCommand(name === undefined ? {} : { RuleSetName: name }));
    },
  };
}
