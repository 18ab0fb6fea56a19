import { type FunctionName, mimeRetentionDays, rawRetentionDays, recordRetentionDays } from '../../infra/topology.ts';
import type { Counts } from './counts.ts';
import { gigabyteSeconds } from './durations.ts';
import { type PriceName, prices } from './prices.ts';

/** One line of the bill. */
export interface CostLine {
  readonly service: string;
  readonly what: string;
  readonly price: PriceName;
  /** Of the price's unit. */
  readonly quantity: number;
  readonly usd: number;
}

const gigabyte = 1024 ** 3;
const daysPerMonth = 30;
const secondsPerMonth = daysPerMonth * 86_400;
/** Files are kept as long as a route says: its default. */
const fileRetentionDays = 14;
/** X-Ray follows the first request of each second and 5 % of the others, which is about what a steady stream has. */
const tracedShare = 0.05;
/** Lambda writes START, END and REPORT of each run. */
const platformLogBytes = 350;
/** Lambda asks a queue with five long polls at a time, 20 s each. @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const pollsPerQueue = (5 * secondsPerMonth) / 20;

function line(service: string, what: string, price: PriceName, quantity: number): CostLine {
  return { service, what, price, quantity, usd: quantity * prices[price].usd };
}

/** What a number of mails cost, as they were recorded: each count in proportion. */
export function mailCosts(counts: Counts, mails: number): readonly CostLine[] {
  const by = mails / counts.mails;
  const { requests, bytes } = counts;
  const of = (service: string, what: string, price: PriceName, each: number) => line(service, what, price, each * by);
  const runs = Object.values(counts.functions).reduce((sum, { invocations }) => sum + invocations, 0);
  const seconds = Object.entries(counts.functions).reduce(
    (sum, [name, measured]) => sum + gigabyteSeconds(name as FunctionName, measured),
    0,
  );
  const kept = (part: number, days: number) => (part / gigabyte) * (days / daysPerMonth);
  const objects =
    kept(bytes.raw, rawRetentionDays) + kept(bytes.files, fileRetentionDays) + kept(bytes.mime, mimeRetentionDays);
  const records = kept(bytes.records, recordRetentionDays);
  const logBytes = bytes.logs + runs * platformLogBytes;
  return [
    of('SES', 'mail received', 'sesReceive', counts.mails),
    of('SES', 'its size, in chunks of 256 KB', 'sesChunk', counts.receivedChunks),
    of('SES', 'emails sent', 'sesSend', counts.emails),
    of('SES', 'their size, GB', 'sesData', bytes.sent / gigabyte),
    of('Lambda', 'runs', 'lambdaRequest', runs),
    of('Lambda', 'GB-seconds', 'lambdaSecond', seconds),
    of('DynamoDB', 'writes', 'dynamoWrite', requests.writeUnits),
    of('DynamoDB', 'reads', 'dynamoRead', requests.readUnits),
    of('DynamoDB', `records, ${recordRetentionDays} days, GB-months`, 'dynamoStorage', records),
    of('DynamoDB', 'their recovery, GB-months', 'dynamoBackup', records),
    of('S3', 'writes', 's3Write', requests.s3Writes),
    of('S3', 'reads', 's3Read', requests.s3Reads),
    of('S3', 'raw mail, files, outgoing mail, until they are forgotten, GB-months', 's3Storage', objects),
    of('S3', 'files downloaded, GB', 'dataOut', bytes.downloaded / gigabyte),
    of('SNS', 'requests', 'sns', requests.snsRequests),
    of('SQS', 'requests', 'sqs', requests.sqsRequests),
    of('API Gateway', 'requests for links', 'httpApi', requests.httpRequests),
    of('CloudWatch', 'logs, GB', 'logs', logBytes / gigabyte),
    of('X-Ray', `traces, ${tracedShare * 100} % of the runs`, 'trace', runs * tracedShare),
  ];
}

/** What a month costs in which no mail comes. */
export function standingCosts({ standing }: Counts): readonly CostLine[] {
  const runs = Object.entries(standing.runs).map(([name, run]) => {
    const perMonth = secondsPerMonth / run.everySeconds;
    const seconds = gigabyteSeconds(name as FunctionName, run) * perMonth;
    return { perMonth, seconds, readUnits: run.readUnits * perMonth };
  });
  const sum = (pick: (run: (typeof runs)[number]) => number) => runs.reduce((total, run) => total + pick(run), 0);
  return [
    line('SQS', `polls of ${standing.polledQueues} queues`, 'sqs', standing.polledQueues * pollsPerQueue),
    line(
      'Lambda',
      'runs by the clock',
      'lambdaRequest',
      sum(({ perMonth }) => perMonth),
    ),
    line(
      'Lambda',
      'their GB-seconds',
      'lambdaSecond',
      sum(({ seconds }) => seconds),
    ),
    line(
      'DynamoDB',
      'their reads',
      'dynamoRead',
      sum(({ readUnits }) => readUnits),
    ),
    line('CloudWatch', 'alarms', 'alarm', standing.alarms),
    line('CloudWatch', 'metrics of its own', 'metric', standing.metrics),
    line('CloudWatch', 'dashboards', 'dashboard', standing.dashboards),
    line('Secrets Manager', 'secrets', 'secret', standing.secrets),
  ].filter(({ quantity }) => quantity > 0);
}

export function totalOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}
