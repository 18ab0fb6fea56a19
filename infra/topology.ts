/**
 * What the system is made of, as data: read by infra/aws, which makes AWS resources of it, and by infra/local, which
 * makes the same on one machine. Every number stands with its reason.
 */

export const topicNames = ['arrival', 'fallback', 'ses-events', 'email-events', 'processed', 'alarms'] as const;
export type TopicName = (typeof topicNames)[number];

export const queueNames = ['inbound', 'outbound', 'engagement', 'links'] as const;
export type QueueName = (typeof queueNames)[number];

export const bucketNames = ['raw', 'files'] as const;
export type BucketName = (typeof bucketNames)[number];

export type FunctionName =
  | 'inbound-processor'
  | 'outbound-relay'
  | 'engagement-recorder'
  | 'due-sweeper'
  | 'link-gateway'
  | 'link-jobs'
  | 'reconciler';

export interface QueueTopology {
  /** The longest run of the function that reads it, times six: AWS's rule for SQS event sources. */
  readonly visibilitySeconds: number;
  /** Receives before the dead-letter queue. Attempts to send are counted in the record, so this is only the backstop. */
  readonly maxReceiveCount: number;
  readonly retentionDays: number;
  /** 14 days, SQS's most, so that a dead letter never dies before its source queue would have dropped it. */
  readonly deadLetterRetentionDays: number;
}

const functionTimeouts = {
  /** A 40 MB mail for 500 recipients: parsing takes seconds, the puts and commits the rest. */
  'inbound-processor': 300,
  /** One POST of at most 60 s, and the reads and writes around it. */
  'outbound-relay': 90,
  'engagement-recorder': 60,
  'due-sweeper': 55,
  'link-gateway': 10,
  /** Lambda's longest: an archive of a mail's files, each at most 5 GB, goes through at what the store gives. */
  'link-jobs': 900,
  /** A pass over the raw mails goes on in the next run: this only bounds one. */
  reconciler: 300,
} as const satisfies Record<FunctionName, number>;

export interface FunctionTopology {
  /** Path of the entry point, from the root of the repository. */
  readonly entry: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly source?: { readonly queue: QueueName; readonly batchSize: number; readonly maxConcurrency: number };
  /** Runs at this pace without an event. */
  readonly everySeconds?: number;
}

export const functions: Readonly<Record<FunctionName, FunctionTopology>> = {
  'inbound-processor': {
    entry: 'functions/inbound-processor/handler.ts',
    timeoutSeconds: functionTimeouts['inbound-processor'],
    memoryMegabytes: 1024,
    // One mail at a time: a large one must not hold up its neighbours' deadlines.
    source: { queue: 'inbound', batchSize: 1, maxConcurrency: 20 },
  },
  'outbound-relay': {
    entry: 'functions/outbound-relay/handler.ts',
    timeoutSeconds: functionTimeouts['outbound-relay'],
    memoryMegabytes: 512,
    // Each process sends at its whole-numbered share of the account's rate: SES's usual 14 a second is 7 times 2. A
    // deployment with another rate has another number.
    source: { queue: 'outbound', batchSize: 5, maxConcurrency: 7 },
  },
  'engagement-recorder': {
    entry: 'functions/engagement-recorder/handler.ts',
    timeoutSeconds: functionTimeouts['engagement-recorder'],
    memoryMegabytes: 256,
    source: { queue: 'engagement', batchSize: 10, maxConcurrency: 10 },
  },
  'due-sweeper': {
    entry: 'functions/due-sweeper/handler.ts',
    timeoutSeconds: functionTimeouts['due-sweeper'],
    memoryMegabytes: 256,
    everySeconds: 60,
  },
  'link-gateway': {
    entry: 'functions/link-gateway/handler.ts',
    timeoutSeconds: functionTimeouts['link-gateway'],
    memoryMegabytes: 256,
  },
  'link-jobs': {
    entry: 'functions/link-jobs/handler.ts',
    timeoutSeconds: functionTimeouts['link-jobs'],
    memoryMegabytes: 512,
    // One at a time: an archive can take long, and the next job must not wait out its time limit.
    source: { queue: 'links', batchSize: 1, maxConcurrency: 5 },
  },
  reconciler: {
    entry: 'functions/reconciler/handler.ts',
    timeoutSeconds: functionTimeouts.reconciler,
    memoryMegabytes: 256,
    everySeconds: 900,
  },
};

/** The operators' console, made where a deployment asks for it: a page of mails is a hundred queries. */
export const consoleFunction: FunctionTopology = {
  entry: 'functions/console/handler.ts',
  timeoutSeconds: 15,
  memoryMegabytes: 512,
};

const visibilityFactor = 6;

export const queues: Readonly<Record<QueueName, QueueTopology>> = {
  inbound: {
    visibilitySeconds: visibilityFactor * functionTimeouts['inbound-processor'],
    maxReceiveCount: 5,
    retentionDays: 14,
    deadLetterRetentionDays: 14,
  },
  outbound: {
    visibilitySeconds: visibilityFactor * functionTimeouts['outbound-relay'],
    maxReceiveCount: 20,
    retentionDays: 14,
    deadLetterRetentionDays: 14,
  },
  engagement: {
    visibilitySeconds: visibilityFactor * functionTimeouts['engagement-recorder'],
    maxReceiveCount: 10,
    retentionDays: 14,
    deadLetterRetentionDays: 14,
  },
  links: {
    visibilitySeconds: visibilityFactor * functionTimeouts['link-jobs'],
    maxReceiveCount: 5,
    retentionDays: 14,
    deadLetterRetentionDays: 14,
  },
};

export const subscriptions: readonly { readonly topic: TopicName; readonly queue: QueueName }[] = [
  { topic: 'arrival', queue: 'inbound' },
  { topic: 'ses-events', queue: 'engagement' },
];

/** Raw mail arrives under this prefix, one folder a route; nothing else is ever written there. */
export const rawPrefix = 'raw/';

/** Raw mail is kept this long: as long as a dead letter, so that a replay always finds it. */
export const rawRetentionDays = 14;

/** Outgoing mail outlives the outbound queue (14 d) and its dead letters (14 d), so that a redrive finds its bytes. */
export const mimeRetentionDays = 30;

/** Records outlive every event that SES can still send about them (60 d) and every redrive (28 d). */
export const recordRetentionDays = 120;

export interface AlarmRule {
  readonly name: string;
  readonly description: string;
  /** The alarm rings when the measure is greater than this. */
  readonly threshold: number;
  readonly periodSeconds: number;
  /** So many periods in a row. */
  readonly periods: number;
}

/** An alarm over a queue. */
export interface AlarmTopology extends AlarmRule {
  readonly queue: QueueName;
  readonly measure: 'deadLetterCount' | 'oldestAgeSeconds' | 'messageCount';
}

export interface AlarmSettings {
  readonly deadLetterThreshold: number;
  readonly oldestMessageSeconds: number;
  readonly queuedMessages: number;
}

export const defaultAlarmSettings: AlarmSettings = {
  deadLetterThreshold: 50,
  oldestMessageSeconds: 180,
  queuedMessages: 180,
};

/** What a dead letter of each of these queues means for people; one is too many, since retries come before it. */
const lostWork: Readonly<Record<Exclude<QueueName, 'inbound'>, string>> = {
  outbound: 'An email was given up or needs a decision: look at the outbound dead-letter queue.',
  engagement: 'What SES told of an email could not be recorded: look at the engagement dead-letter queue.',
  links: 'Work behind links failed (an archive, a scan, a verdict, a reminder): look at the links dead-letter queue.',
};

/** The three alarms that operators of the first installations asked for, and two for each other queue: its dead letters, its age. */
export function alarms(settings: AlarmSettings = defaultAlarmSettings): readonly AlarmTopology[] {
  return [
    {
      name: 'inbound-dead-letters',
      description: 'Too many mails could not be processed: look at the inbound dead-letter queue.',
      queue: 'inbound',
      measure: 'deadLetterCount',
      threshold: settings.deadLetterThreshold,
      periodSeconds: 60,
      periods: 1,
    },
    {
      name: 'inbound-oldest-message',
      description: 'The oldest mail waits too long: the processor does not keep up with what arrives.',
      queue: 'inbound',
      measure: 'oldestAgeSeconds',
      threshold: settings.oldestMessageSeconds,
      periodSeconds: 60,
      periods: 1,
    },
    {
      name: 'inbound-queued-messages',
      description: 'Too many mails have been waiting for five minutes.',
      queue: 'inbound',
      measure: 'messageCount',
      threshold: settings.queuedMessages,
      periodSeconds: 60,
      periods: 5,
    },
    ...Object.entries(lostWork).map(([queue, description]) => deadLetterAlarm(queue as QueueName, description)),
    ...Object.keys(lostWork).map((queue) => idleAlarm(queue as QueueName)),
  ];
}

/** An hour: longer than a burst of 50,000 emails takes at SES's usual rate. */
const idleSeconds = 3600;

/** A queue that nobody reads makes no dead letters and no errors: only its age tells. */
function idleAlarm(queue: QueueName): AlarmTopology {
  return {
    name: `${queue}-oldest-message`,
    description: `The oldest message of the ${queue} queue waits for an hour: nobody works on it, or not fast enough.`,
    ...{ queue, measure: 'oldestAgeSeconds', threshold: idleSeconds, periodSeconds: 300, periods: 1 },
  };
}

function deadLetterAlarm(queue: QueueName, description: string): AlarmTopology {
  return {
    ...{ name: `${queue}-dead-letters`, description, queue },
    ...{ measure: 'deadLetterCount', threshold: 0, periodSeconds: 60, periods: 1 },
  };
}

/** The reconciler looks every quarter of an hour: each period holds a look. */
export const gapAlarm: AlarmRule & { readonly measure: 'openGaps' } = {
  name: 'mails-without-end',
  description: 'Raw mails have no end in the ledger, however often they are announced: the notices name them.',
  measure: 'openGaps',
  threshold: 0,
  periodSeconds: 1800,
  periods: 1,
};

export type FunctionMeasure = 'errors' | 'throttles';

const functionPeriodSeconds = 900;
/** Queues and clocks try again what failed once or twice: a moment's trouble is no alarm. */
const passingErrors = 2;
const passingThrottles = 10;

/** What a function that breaks down, or may not run, rings. A run that comes once in a period must not fail at all. */
export function functionAlarms(name: FunctionName): readonly (AlarmRule & { readonly measure: FunctionMeasure })[] {
  const isSeldom = (functions[name].everySeconds ?? 0) >= functionPeriodSeconds;
  const common = { periodSeconds: functionPeriodSeconds, periods: 1 };
  return [
    {
      ...{ name: `${name}-errors`, measure: 'errors', ...common },
      description: `The function ${name} breaks down or runs out of time: look at its log.`,
      threshold: isSeldom ? 0 : passingErrors,
    },
    {
      ...{ name: `${name}-throttles`, measure: 'throttles', ...common },
      description: `The function ${name} may not run: the account's limit of concurrent runs is reached.`,
      threshold: passingThrottles,
    },
  ];
}

/** Recipients who meet an error page: one can be a passing fault of a store. */
export const linkFailures: AlarmRule = {
  name: 'link-failures',
  description: 'Links answer with errors: look at the log of link-gateway.',
  threshold: 5,
  periodSeconds: 300,
  periods: 1,
};

export type SendingMeasure = 'bounceRate' | 'complaintRate';

/**
 * SES reviews an account at 5 % bounces or 0.1 % complaints, and may stop its sending: these ring before.
 * @see https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-rates.html
 */
export const sendingAlarms: readonly (AlarmRule & { readonly measure: SendingMeasure })[] = [
  {
    name: 'bounce-rate',
    description: 'Too many emails bounce: SES reviews the account at 5 %.',
    measure: 'bounceRate',
    threshold: 0.04,
    periodSeconds: 3600,
    periods: 1,
  },
  {
    name: 'complaint-rate',
    description: 'Too many recipients complain: SES reviews the account at 0.1 %.',
    measure: 'complaintRate',
    threshold: 0.0008,
    periodSeconds: 3600,
    periods: 1,
  },
];
