import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateEmailIdentityCommand } from '@aws-sdk/client-sesv2';
import { ListTopicsCommand, PublishCommand } from '@aws-sdk/client-sns';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsChecks } from '../../functions/ops/doctor/aws-checks.ts';
import { openDeployment } from '../../functions/ops/doctor/open-deployment.ts';
import { runChecks } from '../../functions/ops/doctor/run-checks.ts';
import {
  createS3Client,
  createSesClient,
  createSnsClient,
  createSqsClient,
} from '../../shared/adapters/aws/aws-clients.ts';
import { createSqsJobQueue } from '../../shared/adapters/aws/sqs-job-queue.ts';
import { readAwsConfig } from '../../shared/runtime/aws-config.ts';
import { systemTimer } from '../../shared/runtime/system-timer.ts';
import { until } from '../contract/until.ts';
import { type Adaptation, adaptAssembly, synthesizeTo } from './cloud-assembly.ts';
import { deploy, type StackOutputs } from './deploy.ts';
import { deployedPlatform, environmentOf, readFunctions } from './deployed.ts';
import { endOf, type MailEnd } from './ledger-of.ts';
import { runLocally } from './local-run.ts';
import { hundredMails, identity, routes } from './mails.ts';
import { type MiniStack, startMiniStack } from './mini-stack.ts';
import { type SesFront, startSesFront } from './ses-front.ts';

const folder = mkdtempSync(join(tmpdir(), 'lightermail-aws-'));
const mails = hundredMails();
let front: SesFront;
let miniStack: MiniStack;
let adaptation: Adaptation;
let outputs: StackOutputs;
let environment: Readonly<Record<string, string>>;
let platform: ReturnType<typeof deployedPlatform>;

beforeAll(async () => {
  // The function that sends is given this endpoint by its environment; the rest of AWS is MiniStack's own.
  const relay = await startRelay();
  front = relay.front;
  miniStack = relay.miniStack;
  writeFileSync(join(folder, 'routes.json'), JSON.stringify(routes));
  const assembly = join(folder, 'assembly');
  synthesizeTo(assembly, { routes: join(folder, 'routes.json'), publicUrl: 'https://links.example.com' });
  adaptation = adaptAssembly(assembly);
  await deploy(miniStack, assembly, join(folder, 'outputs.json'));
  outputs = JSON.parse(readFileSync(join(folder, 'outputs.json'), 'utf8')) as StackOutputs;
  environment = environmentOf(await readFunctions(miniStack));
  platform = deployedPlatform(miniStack, environment);
  await verifyIdentity();
  const topicArn = await eventsTopic();
  const sns = createSnsClient(miniStack.settings);
  front.onEvent(async (event) => {
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message: event }));
  });
}, 300_000);

afterAll(async () => {
  await miniStack?.stop();
  await front?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startRelay() {
  let endpoint = '';
  const made = await startSesFront({ endpoint: () => endpoint });
  const started = await startMiniStack({ AWS_ENDPOINT_URL_SESV2: made.url });
  endpoint = started.endpoint;
  return { front: made, miniStack: started };
}

async function verifyIdentity(): Promise<void> {
  const ses = createSesClient(miniStack.settings);
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: identity }));
  ses.destroy();
}

async function eventsTopic(): Promise<string> {
  const sns = createSnsClient(miniStack.settings);
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
  sns.destroy();
  const found = Topics.find(({ TopicArn = '' }) => TopicArn.includes('ConfigurationSetsEvents'));
  if (found?.TopicArn === undefined) throw new Error('no topic for the events of sent mail');
  return found.TopicArn;
}

/** As SES writes a mail: MiniStack has no receiving, but lets the account itself past the bucket's policy. */
async function arrive(routeId: string, raw: Buffer): Promise<string> {
  const key = `raw/${routeId}/${randomUUID().replaceAll('-', '')}`;
  await s3().send(new PutObjectCommand({ Bucket: platform.raw.bucket, Key: key, Body: raw }));
  return key;
}

let client: ReturnType<typeof createS3Client> | undefined;
function s3() {
  client ??= createS3Client({ ...miniStack.settings, forcePathStyle: true });
  return client;
}

describe('the stacks, deployed by cdk into an AWS that others wrote', () => {
  it('stand as they were synthesized, but for what its CloudFormation does not know', () => {
    expect(adaptation.removed.map(({ type }) => type).sort()).toEqual([
      'AWS::SES::ReceiptRule',
      'AWS::SES::ReceiptRule',
      'AWS::SES::ReceiptRule',
      'AWS::SES::ReceiptRuleSet',
      'Custom::LightermailActiveRuleSet',
    ]);
    console.log(
      `deployed ${adaptation.resourceCount - adaptation.removed.length} of ${adaptation.resourceCount} resources`,
    );
    expect(outputs['Lightermail-Pipeline']?.PublicUrl).toBe('https://links.example.com');
  });

  it('are wired so that doctor finds no fault in what MiniStack knows: topics, queues, functions, sending', async () => {
    const { deployment } = await openDeployment(readAwsConfig(environment), 'Lightermail-Pipeline');
    const results = await runChecks(awsChecks(deployment), systemTimer);
    const findings = results.flatMap(({ findings: some }) => some);

    const wiring = new Set(['caller', 'routes', 'topics', 'kms', 'queues', 'configuration-sets', 'dead-letters']);
    const found = findings.filter(({ check }) => wiring.has(check));
    expect(found.filter(({ level }) => level !== 'ok').map(({ subject, finding }) => `${subject}: ${finding}`)).toEqual(
      ['fallback topic: nobody hears it'],
    );
    expect(found).toHaveLength(18);
    // It has no receipt rules.
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'receipt-rules', level: 'error', subject: 'SES' }),
    );
  });

  it('process a hundred mails of all kinds, with duplicates and failures, to the same ledger as one machine', async () => {
    const expected = await runLocally(mails);
    const startedMs = performance.now();
    const keys = new Map<string, string>();
    for (const mail of mails) {
      const key = await arrive(mail.routeId, mail.raw);
      keys.set(mail.name, key);
      for (let count = 1; count < mail.eventCount; count += 1) await announceAgain(key);
    }
    const ends = new Map<string, MailEnd | undefined>();
    try {
      await until('every mail to have its end', () => allEnded(keys, ends), Number(process.env.WAIT_MS ?? 240_000));
    } catch (error) {
      const open = [...keys.keys()].filter((name) => ends.get(name) === undefined);
      const why = front.faults.slice(0, 3).map(String).join('; ');
      throw new Error(`${open.length} mails have no end, among them ${open.slice(0, 10).join(', ')}: ${why}`, {
        cause: error,
      });
    }
    const seconds = (performance.now() - startedMs) / 1000;
    console.log(`${mails.length} mails, ${front.taken.length} emails taken by SES, ${seconds.toFixed(1)} s`);
    expect(Object.fromEntries(ends)).toEqual(Object.fromEntries(expected));
    expect(new Set([...ends.values()].map((end) => end?.state)).size).toBeGreaterThanOrEqual(4);
  });

  it('send each email once, under its tag and its configuration set', () => {
    const ids = front.taken.map(({ emailTags }) => emailTags.email_id);

    expect(new Set(ids).size).toBe(ids.length);
    for (const { emailTags, configurationSet } of front.taken) {
      expect(emailTags.email_id).toMatch(/^[\w-]{40}$/);
      expect(configurationSet).toMatch(/^ConfigurationSets(Tracking|Intact)/);
    }
    const throttled = front.taken.filter(({ rcptTo }) => rcptTo.startsWith('throttle-'));
    expect(throttled.length).toBeGreaterThan(0);
    for (const { rcptTo } of throttled) expect(front.attempts(rcptTo)).toBe(2);
    for (const { rcptTo } of front.taken.filter((mail) => mail.rcptTo.startsWith('lost-')))
      expect(front.attempts(rcptTo)).toBe(1);
  });

  it('open a mailed link through the API and the gateway', async () => {
    const mail = front.taken.find(({ rcptTo }) => rcptTo === 'ops@example.com');
    const { text = '' } = await PostalMime.parse(mail?.mime ?? '');
    const path = /\/f\/[\w-]{20,}/.exec(text)?.[0];
    const host = outputs['Lightermail-Pipeline']?.LinkApiUrl?.replace('https://', '') ?? '';

    const page = await ask('GET', host, path ?? '');
    expect(page.status).toBe(200);
    expect(page.body).toContain('r.pdf');
    expect((await ask('GET', host, `/f/${'A'.repeat(32)}`)).status).toBe(404);
  });

  it('give up the jobs alone that SES refused for good, and no function was refused a call that it makes', async () => {
    const deadLetters = (name: string) => countAt(environment[`LIGHTERMAIL_${name}_DLQ_URL`] ?? '');
    const refusedMails = mails.filter(({ name }) => name.startsWith('refused by SES'));

    expect(await deadLetters('INBOUND')).toBe(0);
    expect(await deadLetters('OUTBOUND')).toBe(refusedMails.length);
    expect(await deadLetters('ENGAGEMENT')).toBe(0);
    const refused = miniStack.log().match(/is not authorized to perform: \S+/g) ?? [];
    expect([...new Set(refused)]).toEqual([]);
  });

  async function countAt(queueUrl: string): Promise<number> {
    const client = createSqsClient(miniStack.settings);
    const queue = createSqsJobQueue({ client, name: 'dead letters', queueUrl, deadLetterQueueUrl: queueUrl });
    const { messageCount } = await queue.depth();
    client.destroy();
    return messageCount;
  }

  async function announceAgain(key: string): Promise<void> {
    const info = await platform.raw.head(key);
    const sns = createSnsClient(miniStack.settings);
    const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
    const arrival = Topics.find(({ TopicArn = '' }) => TopicArn.includes('RawArrival'))?.TopicArn;
    const event = {
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: miniStack.region,
          eventTime: new Date().toISOString(),
          eventName: 'ObjectCreated:Put',
          s3: {
            s3SchemaVersion: '1.0',
            bucket: { name: platform.raw.bucket, arn: `arn:aws:s3:::${platform.raw.bucket}` },
            object: {
              key: encodeURIComponent(key).replaceAll('%2F', '/'),
              size: info?.sizeBytes,
              eTag: info?.etag,
              sequencer: '0055',
            },
          },
        },
      ],
    };
    await sns.send(new PublishCommand({ TopicArn: arrival, Message: JSON.stringify(event) }));
    sns.destroy();
  }

  async function allEnded(keys: ReadonlyMap<string, string>, ends: Map<string, MailEnd | undefined>): Promise<boolean> {
    for (const [name, key] of keys) {
      if (ends.get(name) === undefined) ends.set(name, await endOf(platform, key));
    }
    return [...keys.keys()].every((name) => ends.get(name) !== undefined);
  }
});

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The API answers to its own host name, which leads nowhere but to the loopback port. */
function ask(method: string, host: string, path: string): Promise<Answer> {
  const { port } = new URL(miniStack.endpoint);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, servername: 'localhost', headers: { host } },
      async (response) => {
        const { statusCode = 0 } = response;
        resolve({ status: statusCode, body: await readText(response) });
      },
    );
    outgoing.once('error', reject);
    outgoing.end();
  });
}
