import type { KeyFacts } from '../../../shared/ports/deployment-facts.ts';
import { type Finding, findingsOf } from './finding.ts';
import { judgePolicy } from './policy.ts';

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
    const actions = ['kms:GenerateDataKey', 'kms:Decrypt'];
    const call = { service, resourceArn: '*', sourceArn, sourceAccount: accountId };
    const lacking = actions.filter((action) => judgePolicy(key.policy, { ...call, action }) !== 'allowed');
    if (lacking.length === 0) return [];
    return [
      say.error(
        thing.name,
        `its key does not give ${lacking.join(' and ')} to ${service}`,
        'allow both in the key’s policy',
      ),
    ];
  });
  return findings.length > 0 ? findings : [say.ok(thing.name, 'its key serves who writes to it')];
}
