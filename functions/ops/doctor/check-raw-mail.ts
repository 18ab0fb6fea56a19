import type { BucketFacts, BucketNotification } from '../../../shared/ports/deployment-facts.ts';
import { type Finding, findingsOf } from './finding.ts';
import { judgePolicy } from './policy.ts';

const say = findingsOf('raw-mail');

export interface RawBucket {
  readonly bucket: string;
  readonly bucketArn: string;
  /** With its slash. */
  readonly prefix: string;
  /** Stands for every rule of the active rule set; absent when none of them writes here under SES's own name. */
  readonly ruleArn?: string;
  readonly accountId: string;
}

/** The notification that tells of raw mail; absent when nothing does. */
export function findArrival(all: readonly BucketNotification[], prefix: string): BucketNotification | undefined {
  return all.find(
    ({ prefix: own, events }) =>
      prefix.startsWith(own) && events.some((event) => event.startsWith('s3:ObjectCreated:')),
  );
}

/**
 * Whether SES may write raw mail, and whether the bucket tells of it.
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html
 */
export async function checkRawMail(buckets: BucketFacts, raw: RawBucket): Promise<readonly Finding[]> {
  const { bucket, prefix } = raw;
  const [notifications, policy] = await Promise.all([buckets.notifications(bucket), buckets.policy(bucket)]);
  const findings: Finding[] = [];
  if (findArrival(notifications, prefix) === undefined) {
    findings.push(say.error(bucket, `tells nobody of mail under ${prefix}: it lies unread`, 'deploy again'));
  }
  if (raw.ruleArn !== undefined) findings.push(...judgeWriter(raw, raw.ruleArn, policy));
  return findings.length > 0 ? findings : [say.ok(bucket, 'tells of mail, and SES may write to it')];
}

function judgeWriter({ bucket, bucketArn, prefix, accountId }: RawBucket, ruleArn: string, policy?: string): Finding[] {
  const call = {
    ...{ service: 'ses.amazonaws.com', action: 's3:PutObject', resourceArn: `${bucketArn}/${prefix}any/mail` },
    ...{ sourceArn: ruleArn, sourceAccount: accountId },
  };
  const verdict = judgePolicy(policy, call);
  if (verdict === 'allowed') return [];
  if (verdict === 'unclear') {
    return [say.unknown(bucket, 'doctor cannot judge its policy', 'see that SES may write to it')];
  }
  return [
    say.error(
      bucket,
      `its policy does not let SES write under ${prefix}`,
      'deploy again; an existing bucket needs the statements of the output RawBucketPolicyStatements',
    ),
  ];
}
