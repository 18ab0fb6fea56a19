import { queues } from '../../infra/topology.ts';
import {
  createDynamoClient,
  createS3Client,
  createSecretsManagerClient,
  createSesClient,
  createSnsClient,
  createSqsClient,
  createSsmClient,
} from '../adapters/aws/aws-clients.ts';
import { createDynamoRecordStore } from '../adapters/aws/dynamo-record-store.ts';
import { createLinkSignerCredentials } from '../adapters/aws/link-signer.ts';
import { createS3BlobStore } from '../adapters/aws/s3-blob-store.ts';
import { createSecretsManagerSecretSource } from '../adapters/aws/secrets-manager-secret-source.ts';
import { createSesMailSender } from '../adapters/aws/ses-mail-sender.ts';
import { createSnsTopic } from '../adapters/aws/sns-topic.ts';
import { createSqsJobQueue } from '../adapters/aws/sqs-job-queue.ts';
import { createSsmRouteSource } from '../adapters/aws/ssm-route-source.ts';
import { createMimeParser } from '../adapters/mail/mail-parser.ts';
import { createMimeComposer } from '../adapters/mail/mime-composer.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { Logger } from '../ports/logger.ts';
import type { Platform, PlatformSettings } from '../ports/platform.ts';
import type { AwsConfig } from './aws-config.ts';
import { createIds, systemClock } from './ids.ts';
import { createLogger } from './logger.ts';

/** SES takes mail of up to 40 MB in. @see https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const maxMailBytes = 40 * 1024 * 1024;

/**
 * All ports on AWS. Each is built when it is first used and then kept, so that a function opens only the clients that
 * it needs; build the platform once, when the function is initialised.
 * @param config what `readAwsConfig` gave
 */
export function awsPlatform(config: AwsConfig, log: Logger = createLogger({ service: 'lightermail' })): Platform {
  const clock = systemClock;
  const port = createPorts(config, log);
  return {
    get raw() {
      return port.raw();
    },
    get files() {
      return port.files();
    },
    get inboundQueue() {
      return port.inboundQueue();
    },
    get outboundQueue() {
      return port.outboundQueue();
    },
    get engagementQueue() {
      return port.engagementQueue();
    },
    get fallbackTopic() {
      return port.fallbackTopic();
    },
    get store() {
      return port.store();
    },
    get sender() {
      return port.sender();
    },
    get parser() {
      return port.parser();
    },
    get composer() {
      return port.composer();
    },
    get routes() {
      return port.routes();
    },
    get secrets() {
      return port.secrets();
    },
    clock,
    ids: createIds(clock),
    log,
    settings: toSettings(config),
  };
}

function createPorts(config: AwsConfig, log: Logger) {
  const clock = systemClock;
  const s3 = once(() => createS3Client());
  const sqs = once(() => createSqsClient());
  const secretsManager = once(() => createSecretsManagerClient());
  const blobStore = (bucket: string) =>
    once(() => createS3BlobStore({ client: s3(), bucket, clock, ...toSigner(config, secretsManager) }));
  const queue = (name: string, queueUrl: string, deadLetterQueueUrl: string): (() => JobQueue) =>
    once(() => createSqsJobQueue({ client: sqs(), name, queueUrl, deadLetterQueueUrl }));
  return {
    raw: once(() => createS3BlobStore({ client: s3(), bucket: config.LIGHTERMAIL_RAW_BUCKET, clock })),
    files: blobStore(config.LIGHTERMAIL_FILES_BUCKET),
    inboundQueue: queue('inbound', config.LIGHTERMAIL_INBOUND_QUEUE_URL, config.LIGHTERMAIL_INBOUND_DLQ_URL),
    outboundQueue: queue('outbound', config.LIGHTERMAIL_OUTBOUND_QUEUE_URL, config.LIGHTERMAIL_OUTBOUND_DLQ_URL),
    engagementQueue: queue(
      'engagement',
      config.LIGHTERMAIL_ENGAGEMENT_QUEUE_URL,
      config.LIGHTERMAIL_ENGAGEMENT_DLQ_URL,
    ),
    fallbackTopic: once(() =>
      createSnsTopic({ client: createSnsClient(), topicArn: config.LIGHTERMAIL_FALLBACK_TOPIC_ARN }),
    ),
    store: once(() =>
      createDynamoRecordStore({ client: createDynamoClient(), tableName: config.LIGHTERMAIL_TABLE, clock }),
    ),
    sender: once(() => createSesMailSender({ client: createSesClient() })),
    parser: once(() => createMimeParser({ maxMailBytes })),
    composer: once(() => createMimeComposer()),
    routes: once(() =>
      createSsmRouteSource({
        client: createSsmClient(),
        parameterName: config.LIGHTERMAIL_ROUTES_PARAMETER,
        clock,
        log,
      }),
    ),
    secrets: once(() =>
      createSecretsManagerSecretSource({
        client: secretsManager(),
        linkSecretArn: config.LIGHTERMAIL_LINK_SECRET_ARN,
      }),
    ),
  };
}

/** A signer of its own only where a key for it was set. */
function toSigner(config: AwsConfig, secretsManager: () => ReturnType<typeof createSecretsManagerClient>) {
  const secretArn = config.LIGHTERMAIL_LINK_SIGNER_SECRET_ARN;
  if (secretArn === undefined) return {};
  return { signer: createS3Client({ credentials: createLinkSignerCredentials(secretsManager(), secretArn) }) };
}

function toSettings(config: AwsConfig): PlatformSettings {
  const configurationSet = config.LIGHTERMAIL_CONFIGURATION_SET;
  const intactConfigurationSet = config.LIGHTERMAIL_INTACT_CONFIGURATION_SET;
  return {
    publicUrl: config.LIGHTERMAIL_PUBLIC_URL,
    linkDelivery: 'redirect',
    rawPrefix: config.LIGHTERMAIL_RAW_PREFIX,
    ...(configurationSet === undefined ? {} : { configurationSet }),
    ...(intactConfigurationSet === undefined ? {} : { intactConfigurationSet }),
    maxSendAttempts: config.LIGHTERMAIL_MAX_SEND_ATTEMPTS,
    uncertainSeconds: config.LIGHTERMAIL_UNCERTAIN_SECONDS,
    whenUncertain: config.LIGHTERMAIL_WHEN_UNCERTAIN,
    maxMailBytes,
    inboundMaxReceiveCount: queues.inbound.maxReceiveCount,
    outboundMaxReceiveCount: queues.outbound.maxReceiveCount,
  };
}

/** Builds a thing when it is first asked for, and keeps it. */
function once<Thing>(build: () => Thing): () => Thing {
  let built: { readonly thing: Thing } | undefined;
  return () => {
    built ??= { thing: build() };
    return built.thing;
  };
}
