import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { vi } from 'vitest';
import { failedIds, toSqsEvent } from '../../../../infra/local/sqs-event.ts';
import { type FunctionName, functions, type QueueName } from '../../../../infra/topology.ts';
import {
  createDynamoClient,
  createS3Client,
  createSecretsManagerClient,
  createSnsClient,
  createSqsClient,
  createSsmClient,
} from '../../../../shared/adapters/aws/aws-clients.ts';
import { createDynamoRecordStore } from '../../../../shared/adapters/aws/dynamo-record-store.ts';
import { createS3BlobStore } from '../../../../shared/adapters/aws/s3-blob-store.ts';
import { createSqsJobQueue } from '../../../../shared/adapters/aws/sqs-job-queue.ts';
import { toArrivalEvent } from '../../../../shared/contracts/arrival-event.ts';
import type { JobQueue } from '../../../../shared/ports/job-queue.ts';
import type { Platform } from '../../../../shared/ports/platform.ts';
import { startSesFront } from '../../../aws/ses-front.ts';
import { startAwsStandIn } from '../../../support/aws-stand-in.ts';
import { type Resource, resourcesOf, resourcesOfType, type Synthesized, synthesize } from '../synthesized.ts';
import { type ResourceValues, type TemplateValues, templateValues } from './template-values.ts';
import { startWireRecorder, type WireRecorder } from './wire-recorder.ts';

/** One run of a function. */
export interface Invocation {
  readonly name: FunctionName;
  /** Its requests, by their place among all that were recorded. */
  readonly firstRequest: number;
  readonly endRequest: number;
  /** Of the whole process, the recorder included: no less than the function took. */
  readonly cpuMs: number;
}

/** Each function of the synthesized stacks as Lambda would run it, over an AWS stand-in that records its calls. */
export interface FunctionLab {
  readonly synthesized: Synthesized;
  readonly values: TemplateValues;
  readonly recorder: WireRecorder;
  /** With the account's own authority, past the recorder. */
  readonly stores: Pick<Platform, 'raw' | 'files' | 'store'>;
  readonly queues: Readonly<Record<QueueName, JobQueue>>;
  /** Emails that SES took. */
  readonly taken: Awaited<ReturnType<typeof startSesFront>>['taken'];
  /** The keys of raw mail so far. */
  readonly arrived: readonly string[];
  readonly invocations: readonly Invocation[];
  /** What the functions wrote into their logs. */
  readonly logged: readonly string[];
  /** The environment that a function is deployed with. */
  environmentOf(name: FunctionName): Readonly<Record<string, string>>;
  /** Stores a raw mail as SES does; answers its key. Nothing is announced. */
  store(routeId: string, raw: string | Uint8Array, name?: string): Promise<string>;
  /** Stores a raw mail and announces it; answers its key. */
  arrive(routeId: string, raw: string | Uint8Array, name?: string): Promise<string>;
  announce(keys: readonly string[]): Promise<void>;
  invoke(name: FunctionName, event: unknown): Promise<unknown>;
  /** Feeds the queues' messages to their functions until none is left. What is handed back comes again at once. */
  drain(): Promise<void>;
  /** Lets time pass, then runs what runs by the clock, or one of it. */
  pass(seconds: number, only?: FunctionName): Promise<void>;
  close(): Promise<void>;
}

const accountId = '123456789012';
const region = 'eu-west-1';
const mostRounds = 100;
const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 900_000 };

/** Each function signs with a key of its own, by which its calls are known. */
export function accessKeyOf(name: FunctionName): string {
  return `AKIA${name.toUpperCase().replaceAll('-', '')}`;
}

export async function openFunctionLab(routes: readonly object[]): Promise<FunctionLab> {
  const synthesized = synthesizeWith(routes);
  const standIn = await startAwsStandIn();
  const front = await startSesFront({});
  const upstream = { endpoint: standIn.endpoint, sesEndpoint: front.url, region, accountId };
  const recorder = await startWireRecorder(upstream);
  const settings = { ...standIn.settings, region };
  const clients = openClients(settings);
  const known = await makeResources(synthesized, clients, recorder.url);
  const templates = [synthesized.data, synthesized.pipeline];
  const values = templateValues(templates, { region, accountId, endpoint: recorder.url }, known);
  vi.useFakeTimers({ toFake: ['Date'] });
  const logged: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    logged.push(String(line));
    return true;
  });
  const environmentOf = (name: FunctionName) => {
    const variables = functionResource(synthesized, name).Properties.Environment.Variables as Record<string, unknown>;
    return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, values.resolve(value)]));
  };
  const handlers = await importHandlers(environmentOf, recorder.url);
  for (const [key, value] of Object.entries(awsEnvironment(recorder.url))) vi.stubEnv(key, value);
  const environment = environmentOf('inbound-processor');
  const queues = openQueues(environment, clients.sqs);
  const stores = openStores(environment, clients);
  front.onEvent((event) => queues.engagement.send([event]));

  const arrived: string[] = [];
  const invocations: Invocation[] = [];
  const lab: FunctionLab = {
    ...{
      synthesized,
      values,
      recorder,
      stores,
      queues,
      taken: front.taken,
      arrived,
      logged,
      invocations,
      environmentOf,
    },
    async store(routeId, raw, name = 'mail') {
      const key = `raw/${routeId}/${name}-${arrived.length}`;
      arrived.push(key);
      await clients.s3.send(new PutObjectCommand({ Bucket: stores.raw.bucket, Key: key, Body: Buffer.from(raw) }));
      return key;
    },
    async arrive(routeId, raw, name) {
      const key = await lab.store(routeId, raw, name);
      await lab.announce([key]);
      return key;
    },
    async announce(keys) {
      const infos = await Promise.all(
        keys.map(
          async (key) =>
            (await stores.raw.head(key)) ?? { key, sizeBytes: 1, etag: 'none', metadata: {}, modifiedAt: new Date() },
        ),
      );
      const options = { bucket: stores.raw.bucket, at: new Date(), requestId: 'test' };
      await queues.inbound.send([toArrivalEvent(infos, options)]);
    },
    async invoke(name, event) {
      vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyOf(name));
      const [begun, firstRequest] = [process.cpuUsage(), recorder.requests.length];
      const answer = await handlers[name](event, context);
      const { user, system } = process.cpuUsage(begun);
      invocations.push({ name, firstRequest, endRequest: recorder.requests.length, cpuMs: (user + system) / 1000 });
      return answer;
    },
    async drain() {
      for (let round = 0; ; round += 1) {
        if (round === mostRounds) throw new Error(`the queues are not empty after ${mostRounds} rounds`);
        if (!(await feedAll(lab))) return;
      }
    },
    async pass(seconds, only) {
      vi.setSystemTime(Date.now() + seconds * 1000);
      for (const [name, { everySeconds }] of Object.entries(functions)) {
        const isMeant = only === undefined || only === name;
        if (everySeconds !== undefined && isMeant) await lab.invoke(name as FunctionName, {});
      }
    },
    async close() {
      vi.restoreAllMocks();
      vi.useRealTimers();
      vi.unstubAllEnvs();
      for (const client of Object.values(clients)) client.destroy();
      await recorder.close();
      await front.close();
      await standIn.stop();
    },
  };
  return lab;
}

function synthesizeWith(routes: readonly object[]): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), 'lightermail-lab-'));
  try {
    writeFileSync(join(folder, 'routes.json'), JSON.stringify(routes));
    return synthesize({
      routes: join(folder, 'routes.json'),
      publicUrl: 'https://links.example.com',
      malwareProtection: 'true',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The resource of a function of the topology. */
export function functionResource({ pipeline }: Synthesized, name: FunctionName): Resource {
  const idPrefix = `${name.replaceAll('-', '')}RunFunction`;
  const found = resourcesOfType(pipeline, 'AWS::Lambda::Function').filter(([id]) => id.startsWith(idPrefix));
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`not one function ${name}, but ${found.length}`);
  return only[1];
}

function openClients(settings: Awaited<ReturnType<typeof startAwsStandIn>>['settings']) {
  return {
    s3: createS3Client(settings),
    sqs: createSqsClient(settings),
    sns: createSnsClient(settings),
    dynamo: createDynamoClient(settings),
    secrets: createSecretsManagerClient(settings),
    ssm: createSsmClient(settings),
  };
}

type Clients = ReturnType<typeof openClients>;

/** Makes what the functions use. Answers the values that only the making gives. */
async function makeResources(
  { data, pipeline }: Synthesized,
  clients: Clients,
  endpoint: string,
): Promise<ReadonlyMap<string, ResourceValues>> {
  const known = new Map<string, ResourceValues>();
  const values = templateValues([data, pipeline], { region, accountId, endpoint });
  const all = Object.entries({ ...resourcesOf(data), ...resourcesOf(pipeline) });
  // A queue's dead-letter queue must stand before it.
  const ordered = all.toSorted(
    ([, a], [, b]) => Number('RedrivePolicy' in a.Properties) - Number('RedrivePolicy' in b.Properties),
  );
  for (const [id, { Type, Properties }] of ordered) {
    if (Type === 'AWS::SecretsManager::Secret') {
      const secret = { Name: id, SecretString: 'k'.repeat(64) };
      const { ARN = '' } = await clients.secrets.send(new CreateSecretCommand(secret));
      known.set(id, { ref: ARN, arn: ARN });
    } else {
      await makeResource(Type, id, Properties, values, clients);
    }
  }
  return known;
}

async function makeResource(
  type: string,
  id: string,
  properties: Resource['Properties'],
  values: TemplateValues,
  { s3, sqs, sns, dynamo, ssm }: Clients,
): Promise<void> {
  switch (type) {
    case 'AWS::S3::Bucket': {
      const CreateBucketConfiguration = { LocationConstraint: region } as const;
      await s3.send(new CreateBucketCommand({ Bucket: values.valuesOf(id).ref, CreateBucketConfiguration }));
      return;
    }
    case 'AWS::SQS::Queue':
      await sqs.send(new CreateQueueCommand({ QueueName: id, Attributes: queueAttributes(properties, values) }));
      return;
    case 'AWS::SNS::Topic':
      await sns.send(new CreateTopicCommand({ Name: id }));
      return;
    case 'AWS::SSM::Parameter':
      await ssm.send(
        new PutParameterCommand({
          Name: values.valuesOf(id).ref,
          Value: values.resolve(properties.Value),
          Type: 'String',
          Tier: 'Advanced',
          Overwrite: true,
        }),
      );
      return;
    case 'AWS::DynamoDB::Table':
      await dynamo.send(
        new CreateTableCommand({
          TableName: values.valuesOf(id).ref,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: properties.AttributeDefinitions,
          KeySchema: properties.KeySchema,
        }),
      );
  }
}

/** What its function cannot take in so many receipts goes to the dead letters, as it does on AWS. */
function queueAttributes({ RedrivePolicy }: Resource['Properties'], values: TemplateValues): Record<string, string> {
  const shared = { VisibilityTimeout: '600' };
  if (RedrivePolicy === undefined) return shared;
  const { maxReceiveCount, deadLetterTargetArn } = RedrivePolicy;
  const policy = { maxReceiveCount, deadLetterTargetArn: values.resolve(deadLetterTargetArn) };
  return { ...shared, RedrivePolicy: JSON.stringify(policy) };
}

/** What Lambda tells every function. */
function awsEnvironment(endpoint: string): Readonly<Record<string, string>> {
  return { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint, AWS_SECRET_ACCESS_KEY: 'secret' };
}

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** Imports each function's entry point anew, with its own environment and clients of its own. */
async function importHandlers(
  environmentOf: (name: FunctionName) => Readonly<Record<string, string>>,
  endpoint: string,
): Promise<Readonly<Record<FunctionName, Handler>>> {
  const made: Partial<Record<FunctionName, Handler>> = {};
  for (const name of Object.keys(functions) as FunctionName[]) {
    vi.resetModules();
    // What one function is told, another must not know.
    vi.unstubAllEnvs();
    const environment = { ...awsEnvironment(endpoint), ...environmentOf(name) };
    for (const [key, value] of Object.entries(environment)) vi.stubEnv(key, value);
    const entry = functions[name].entry.replace(/[^/]+$/, 'lambda.ts');
    const { handler } = (await import(/* @vite-ignore */ resolve(entry))) as { handler: Handler };
    made[name] = handler;
  }
  return made as Record<FunctionName, Handler>;
}

function openQueues(environment: Readonly<Record<string, string>>, client: Clients['sqs']): FunctionLab['queues'] {
  const open = (name: string): JobQueue => {
    const prefix = `LIGHTERMAIL_${name.toUpperCase()}`;
    const queueUrl = environment[`${prefix}_QUEUE_URL`] ?? '';
    return createSqsJobQueue({ client, name, queueUrl, deadLetterQueueUrl: environment[`${prefix}_DLQ_URL`] ?? '' });
  };
  return { inbound: open('inbound'), outbound: open('outbound'), engagement: open('engagement'), links: open('links') };
}

/** The stores as the account itself sees them, at the stand-in. */
function openStores(environment: Readonly<Record<string, string>>, { s3, dynamo }: Clients): FunctionLab['stores'] {
  const {
    LIGHTERMAIL_RAW_BUCKET: raw = '',
    LIGHTERMAIL_FILES_BUCKET: files = '',
    LIGHTERMAIL_TABLE = '',
  } = environment;
  const clock = { now: () => new Date() };
  return {
    raw: createS3BlobStore({ client: s3, bucket: raw, clock }),
    files: createS3BlobStore({ client: s3, bucket: files, clock }),
    store: createDynamoRecordStore({ client: dynamo, tableName: LIGHTERMAIL_TABLE, clock }),
  };
}

async function feedAll(lab: FunctionLab): Promise<boolean> {
  let moved = false;
  for (const [name, { source }] of Object.entries(functions)) {
    if (source === undefined) continue;
    const queue = lab.queues[source.queue];
    const messages = await queue.receive(source.batchSize, 0);
    if (messages.length === 0) continue;
    moved = true;
    const response = await lab.invoke(name as FunctionName, toSqsEvent(source.queue, messages));
    const failed = failedIds(response as never, messages);
    for (const { messageId, receiptHandle } of messages) {
      if (failed.has(messageId)) await queue.release(receiptHandle, 0);
      else await queue.acknowledge(receiptHandle);
    }
  }
  return moved;
}
