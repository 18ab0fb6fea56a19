import {
  DescribeActiveReceiptRuleSetCommand,
  type ReceiptAction,
  type ReceiptRule,
  type SESClient,
} from '@aws-sdk/client-ses';
import type { ReceivingFacts, ReceiptRule as RuleFacts, SendingFacts } from '../../../ports/deployment-facts.ts';
import { ask } from './ask.ts';

/** The receiving side: its rules from SES's first API, the only one that knows them, its identities from the second. */
export function receiptFacts(client: SESClient, sending: Pick<SendingFacts, 'identity'>): ReceivingFacts {
  return {
    identity: sending.identity,
    async activeRuleSet() {
      const answer = await ask(
        'ses:DescribeActiveReceiptRuleSet',
        client.send(new DescribeActiveReceiptRuleSetCommand({})),
      );
      const name = answer.Metadata?.Name;
      return name === undefined ? undefined : { name, rules: (answer.Rules ?? []).map(toRule) };
    },
  };
}

function toRule({ Name, Enabled, Recipients = [], TlsPolicy, ScanEnabled, Actions = [] }: ReceiptRule): RuleFacts {
  return {
    name: Name ?? '',
    isEnabled: Enabled === true,
    recipients: Recipients.map((recipient) => recipient.toLowerCase()),
    requiresTls: TlsPolicy === 'Require',
    scans: ScanEnabled === true,
    stores: Actions.flatMap(({ S3Action }) => {
      if (S3Action === undefined) return [];
      const { BucketName: bucket = '', ObjectKeyPrefix: prefix = '', IamRoleArn } = S3Action;
      return [{ bucket, prefix, ...(IamRoleArn === undefined ? {} : { byRole: true }) }];
    }),
    actions: Actions.map(toKind),
  };
}

function toKind(action: ReceiptAction): string {
  const kinds = {
    s3: action.S3Action,
    sns: action.SNSAction,
    lambda: action.LambdaAction,
    bounce: action.BounceAction,
    stop: action.StopAction,
    'add-header': action.AddHeaderAction,
    workmail: action.WorkmailAction,
    connect: action.ConnectAction,
  };
  return Object.entries(kinds).find(([, value]) => value !== undefined)?.[0] ?? 'other';
}
