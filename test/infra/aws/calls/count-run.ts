import { type FunctionName, functions } from '../../../../infra/topology.ts';
import type { Counts } from '../../../../scripts/cost/counts.ts';
import { resourcesOf, resourcesOfType } from '../synthesized.ts';
import type { FunctionLab, Invocation } from './function-lab.ts';
import { countRecordUnits } from './record-units.ts';
import { takeUsualMails } from './usual-mails.ts';
import type { WireCall, WireRequest } from './wire-calls.ts';

/** SES counts whole chunks of a mail alone. @see https://aws.amazon.com/ses/pricing/ */
const chunkBytes = 256 * 1024;

/**
 * What the usual mails ask of AWS: what the functions asked over the wire, and what SES, S3, SNS and Lambda ask of each
 * other on their way, which no function sees.
 */
export async function countUsualMails(lab: FunctionLab): Promise<Counts> {
  // Once before: clients, secrets and compiled code are there, as in a function that has been running.
  await takeUsualMails(lab, 1);
  const begun = {
    request: lab.recorder.requests.length,
    taken: lab.taken.length,
    log: lab.logged.length,
    run: lab.invocations.length,
  };
  const { mails, downloads } = await takeUsualMails(lab);
  const requests = lab.recorder.requests.slice(begun.request);
  const calls = lab.recorder.calls.slice(begun.request);
  const taken = lab.taken.slice(begun.taken);
  const runs = lab.invocations.slice(begun.run);
  const log = lab.logged.slice(begun.log);
  const units = countRecordUnits(requests);
  const visits = requests.filter(({ path }) => path.includes('X-Amz-Signature'));
  const fed = runs.filter(({ name }) => functions[name].source !== undefined).length;
  // Every mail is announced by S3, every event of an email by SES: SNS takes each, and hands it to a queue.
  const announced = mails.length + taken.length * eventsPerEmail + downloads;
  return {
    mails: mails.length,
    emails: taken.length,
    downloads,
    receivedChunks: mails.reduce((sum, mail) => sum + Math.floor(mail.length / chunkBytes), 0),
    requests: {
      // SES stores each mail.
      s3Writes: mails.length + countCalls(calls, /^s3 (Put|Create|Upload|Complete|List)/),
      s3Reads: countCalls(calls, /^s3 (Get|Head)/),
      snsRequests: announced + countCalls(calls, /^sns /),
      // Lambda asks once for a batch and deletes it at once.
      sqsRequests: announced + 2 * fed + countCalls(calls, /^sqs /),
      writeUnits: units.writeUnits,
      readUnits: units.readUnits,
      httpRequests: runs.filter(({ name }) => name === 'link-gateway').length,
    },
    bytes: {
      raw: sum(mails.map((mail) => mail.length)),
      files: sum(bodiesOf(requests, '/files/')),
      mime: sum(bodiesOf(requests, '/mime/')),
      records: units.storedBytes,
      sent: sum(taken.map(({ mime }) => Buffer.byteLength(mime))),
      downloaded: sum(visits.map(({ answerBytes }) => answerBytes)),
      logs: sum(log.map((line) => Buffer.byteLength(line))),
    },
    functions: countFunctions(lab, runs),
    standing: await countStanding(lab),
  };
}

/** Send and Delivery: an Open is counted with its download. */
const eventsPerEmail = 2;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function countCalls(calls: readonly WireCall[], pattern: RegExp): number {
  return calls.filter(({ operation }) => pattern.test(operation)).length;
}

function bodiesOf(requests: readonly WireRequest[], prefix: string): readonly number[] {
  return requests
    .filter(({ method, path }) => (method === 'PUT' || method === 'POST') && path.includes(prefix))
    .map(({ headers, body }) => Number(headers['x-amz-decoded-content-length'] ?? body.length));
}

function countFunctions(lab: FunctionLab, runs: readonly Invocation[]): Counts['functions'] {
  const names = [...new Set(runs.map(({ name }) => name))];
  return Object.fromEntries(
    names.map((name) => {
      const own = runs.filter((run) => run.name === name);
      return [name, countRuns(lab, own)];
    }),
  );
}

function countRuns(lab: FunctionLab, runs: readonly Invocation[]): Counts['functions'][string] {
  const calls: Record<string, number> = {};
  for (const { firstRequest, endRequest } of runs) {
    for (const { operation } of lab.recorder.calls.slice(firstRequest, endRequest)) {
      const service = operation.split(' ')[0] ?? '';
      calls[service] = (calls[service] ?? 0) + 1;
    }
  }
  return { invocations: runs.length, calls, cpuMs: Math.round(sum(runs.map(({ cpuMs }) => cpuMs))) };
}

/** What goes on by the clock when nothing has arrived, and what is billed by the month. */
async function countStanding(lab: FunctionLab): Promise<Counts['standing']> {
  const runs: Counts['standing']['runs'] = {};
  // The first pass of time ends what the mails have left.
  await lab.pass(3600);
  for (const [name, { everySeconds }] of Object.entries(functions)) {
    if (everySeconds === undefined) continue;
    const begun = lab.invocations.length;
    await lab.pass(everySeconds, name as FunctionName);
    const own = lab.invocations.slice(begun);
    const requests = own.flatMap((run) => lab.recorder.requests.slice(run.firstRequest, run.endRequest));
    runs[name] = { everySeconds, readUnits: countRecordUnits(requests).readUnits, ...countRuns(lab, own) };
  }
  const { data, pipeline } = lab.synthesized;
  const count = (type: string) =>
    Object.values({ ...resourcesOf(data), ...resourcesOf(pipeline) }).filter(({ Type }) => Type === type).length;
  return {
    runs,
    polledQueues: resourcesOfType(pipeline, 'AWS::Lambda::EventSourceMapping').length,
    alarms: count('AWS::CloudWatch::Alarm'),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    secrets: count('AWS::SecretsManager::Secret'),
    metrics: countMetrics(lab.logged),
  };
}

interface EmbeddedMetrics {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

/** Each name with each value of its dimensions is a metric. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function countMetrics(lines: readonly string[]): number {
  const seen = new Set<string>();
  for (const line of lines.filter((text) => text.includes('"_aws"'))) {
    const fields = JSON.parse(line) as EmbeddedMetrics & Readonly<Record<string, unknown>>;
    for (const { Namespace, Dimensions, Metrics } of fields._aws.CloudWatchMetrics)
      for (const names of Dimensions)
        for (const { Name } of Metrics)
          seen.add(JSON.stringify([Namespace, Name, names.map((one) => [one, fields[one]])]));
  }
  return seen.size;
}
