import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

/** Who outside the account's own roles may publish, and on behalf of which resource. */
export interface Publisher {
  /** Such as `ses.amazonaws.com`. */
  readonly service: string;
  /** ARNs, `*` and `?` allowed; absent: any resource of this account. */
  readonly sourceArns?: readonly string[];
}

export interface SecureTopicProps {
  readonly displayName: string;
  readonly publisher?: Publisher;
  /** An address that gets every message, once it has confirmed. */
  readonly email?: string | undefined;
}

/**
 * A topic that takes messages over TLS only, from this account's roles and from one AWS service acting for this account.
 * It is not encrypted at rest by KMS: S3, SES and CloudWatch cannot publish under SNS's AWS-managed key.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export class SecureTopic extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, props: SecureTopicProps) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', { displayName: props.displayName, enforceSSL: true });
    if (props.publisher !== undefined) topic.addToResourcePolicy(publishStatement(this, topic, props.publisher));
    if (props.email !== undefined) topic.addSubscription(new EmailSubscription(props.email));
    this.topic = topic;
  }
}

function publishStatement(scope: Construct, topic: ITopic, { service, sourceArns }: Publisher): PolicyStatement {
  return new PolicyStatement({
    sid: 'ServicePublishes',
    principals: [new ServicePrincipal(service)],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: {
      StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
      ...(sourceArns === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArns } }),
    },
  });
}
