import type { KeyFacts } from '../../../shared/ports/deployment-facts.ts';
import { type Finding, findingsOf } from './finding.ts';
import { judgePolicy, type Verdict } from './policy.ts';

const say = findingsOf('kms');

/** Something that is encrypted, and the services that put something into it. */
export interface EncryptedThing {
  readonly name: string;
  readonly keyId: string;
  readonly writers: readonly { readonly service: string; readonly sourceArn: string }[];
}

/**
 * Whether the services that must write into an encrypted topic or queue may use its key. They never may use AWS's own
 * key of SNS or SQS, whose policy nobody can change: what they say is lost without a word.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
export async function checkKey(keys: KeyFacts, thing: EncryptedThing, accountId: string): Promise<readonly Finding[]> {
  const key = await keys.key(thing.keyId);
  if (key.state !== 'Enabled') {
    return [say.error(thing.name, `its key is ${key.state}: nothing can be written or read`, 'enable the key')];
  }
  const findings = thing.writers.flatMap(({ service, sourceArn }) => {
    if (key.isAwsManaged) {
      return [
        say.error(
          thing.name,
          `${service} cannot use AWS's own key, with which it is encrypted`,
          'use a key of your own, or none',
        ),
      ];
    }
    return judgeWriter(thing.name, service, (action) =>
      judgePolicy(key.policy, { service, action, resourceArn: '*', sourceArn, sourceAccount: accountId }),
    );
  });
  return findings.length > 0 ? findings : [say.ok(thing.name, 'its key serves who writes to it')];
}

function judgeWriter(name: string, service: string, judge: (action: string) => Verdict): Finding[] {
  const verdicts = ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({ action, verdict: judge(action) }));
  const lacking = verdicts.filter(({ verdict }) => verdict === 'denied' || verdict === 'not allowed');
  if (lacking.length > 0) {
    const actions = lacking.map(({ action }) => action).join(' and ');
    return [say.error(name, `its key does not give ${actions} to ${service}`, 'allow both in the key’s policy')];
  }
  if (verdicts.every(({ verdict }) => verdict === 'allowed')) return [];
  return [say.unknown(name, `its key's policy says of ${service} what doctor cannot judge`, 'read the key’s policy')];
}
