/**
 * What a deployment says of itself, for an operator who looks for what is wrong with it: one narrow port for each
 * service. Nothing is changed by asking. Every method throws `TransientMailError` `ERR_CREDENTIALS` when the caller may
 * not ask, with the permission that is lacking in `details.permission`; absence is `undefined`.
 */
export interface DeploymentFacts {
  readonly caller: CallerFacts;
  readonly sending: SendingFacts;
  readonly receiving: ReceivingFacts;
  readonly buckets: BucketFacts;
  readonly queues: QueueFacts;
  readonly topics: TopicFacts;
  readonly keys: KeyFacts;
  readonly functions: FunctionFacts;
  readonly alarms: AlarmFacts;
}

export interface CallerFacts {
  accountId(): Promise<string>;
}

export interface SendingAccount {
  /** False: the sandbox. */
  readonly hasProductionAccess: boolean;
  readonly isSendingEnabled: boolean;
  /** HEALTHY, PROBATION or SHUTDOWN. */
  readonly enforcementStatus: string;
  /** Emails; -1: no limit. */
  readonly maxPerDay: number;
  readonly sentLastDay: number;
  /** Emails a second. */
  readonly maxPerSecond: number;
  /** For which SES puts addresses on the account's suppression list: BOUNCE, COMPLAINT. */
  readonly suppressedReasons: readonly string[];
}

export interface SendingIdentity {
  readonly name: string;
  readonly isVerified: boolean;
  readonly dkim: {
    readonly isEnabled: boolean;
    /** SUCCESS, PENDING, FAILED, TEMPORARY_FAILURE, NOT_STARTED. */
    readonly status: string;
    /** AWS_SES, EXTERNAL, or one of AWS's further origins. */
    readonly origin: string;
    readonly tokens: readonly string[];
    /** The zone that the tokens' records lead to, when it is not SES's usual one. */
    readonly hostedZone?: string;
  };
  readonly mailFrom?: { readonly domain: string; readonly status: string };
}

export interface ConfigurationSetFacts {
  readonly isSendingEnabled: boolean;
  /** Instead of the account's, when it has its own. */
  readonly suppressedReasons?: readonly string[];
  readonly destinations: readonly {
    readonly isEnabled: boolean;
    readonly eventTypes: readonly string[];
    readonly topicArn?: string;
  }[];
}

export interface SendingFacts {
  account(): Promise<SendingAccount>;
  identity(name: string): Promise<SendingIdentity | undefined>;
  configurationSet(name: string): Promise<ConfigurationSetFacts | undefined>;
  /** Why an address is on the account's suppression list. */
  suppressedFor(address: string): Promise<string | undefined>;
}

export interface ReceiptRule {
  readonly name: string;
  readonly isEnabled: boolean;
  /** Addresses and domains, lower case; none: every address of the verified domains. */
  readonly recipients: readonly string[];
  readonly requiresTls: boolean;
  readonly scans: boolean;
  /** `byRole`: SES writes under a role, which has a policy of its own, and not under its own name. */
  readonly stores: readonly { readonly bucket: string; readonly prefix: string; readonly byRole?: boolean }[];
  /** Of each action, in order: `s3`, `sns`, `lambda`, `bounce`, `stop`, `add-header`, `workmail`, `connect`. */
  readonly actions: readonly string[];
}

export interface ReceiptRuleSet {
  readonly name: string;
  readonly rules: readonly ReceiptRule[];
}

export interface ReceivingFacts {
  /** Absent when none is active. */
  activeRuleSet(): Promise<ReceiptRuleSet | undefined>;
  /** Where mail is taken in, which can be another region than where it is sent from. */
  identity(name: string): Promise<SendingIdentity | undefined>;
}

export interface BucketNotification {
  readonly prefix: string;
  readonly events: readonly string[];
  /** Of a topic, a queue or a function. */
  readonly targetArn: string;
}

export interface BucketFacts {
  notifications(bucket: string): Promise<readonly BucketNotification[]>;
  /** JSON; absent when the bucket has none. */
  policy(bucket: string): Promise<string | undefined>;
}

export interface QueueAttributes {
  readonly arn: string;
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
  readonly messageCount: number;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
  /** JSON; absent when the queue has none. */
  readonly policy?: string;
  /** Of KMS; absent when SQS's own encryption or none is used. */
  readonly keyId?: string;
}

export interface QueueFacts {
  attributes(url: string): Promise<QueueAttributes | undefined>;
}

export interface TopicSubscription {
  /** `sqs`, `email`, `https` and so on. */
  readonly protocol: string;
  /** Only of protocols whose endpoint is an ARN: others are addresses of people. */
  readonly endpointArn?: string;
  readonly isConfirmed: boolean;
  /** Where what could not be handed over goes; only asked of queues. */
  readonly deadLetterArn?: string;
}

export interface TopicFacts {
  attributes(arn: string): Promise<{ readonly policy?: string; readonly keyId?: string } | undefined>;
  subscriptions(arn: string): Promise<readonly TopicSubscription[]>;
}

export interface KeyFacts {
  /** @param keyId an id, an ARN, or `alias/…` */
  key(keyId: string): Promise<{ readonly isAwsManaged: boolean; readonly state: string; readonly policy?: string }>;
}

export interface EventSource {
  readonly functionName: string;
  readonly isEnabled: boolean;
  readonly timeoutSeconds: number;
}

export interface FunctionFacts {
  /** The functions that a queue feeds. */
  sourcesOf(queueArn: string): Promise<readonly EventSource[]>;
}

export interface RingingAlarm {
  readonly name: string;
  readonly description: string;
  /** Of its metric; of several metrics none. */
  readonly queueName?: string;
}

export interface AlarmFacts {
  ringing(): Promise<readonly RingingAlarm[]>;
}
