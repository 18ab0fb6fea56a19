import { type FunctionName, functions } from '../../infra/topology.ts';

/** How long AWS takes to answer a function in its own region; assumed, unit: milliseconds. */
export const assumedAnswerMs: Readonly<Record<string, number>> = {
  dynamodb: 8,
  s3: 30,
  sqs: 10,
  sns: 20,
  ses: 150,
  sts: 30,
  ssm: 20,
  secretsmanager: 20,
};

/** Lambda gives a function with this much memory one whole processor. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const wholeProcessorMegabytes = 1769;

interface Measured {
  readonly calls: Readonly<Record<string, number>>;
  readonly cpuMs: number;
}

/**
 * How many GB-seconds Lambda bills for what was measured: the processor time, stretched to the share of a processor that
 * the function's memory gives it, and the waits for AWS, one after the other.
 */
export function gigabyteSeconds(name: FunctionName, { calls, cpuMs }: Measured): number {
  const { memoryMegabytes } = functions[name];
  const stretchedMs = cpuMs * Math.max(1, wholeProcessorMegabytes / memoryMegabytes);
  const waitMs = Object.entries(calls).reduce((sum, [service, count]) => sum + count * answerMs(service), 0);
  return ((stretchedMs + waitMs) / 1000) * (memoryMegabytes / 1024);
}

function answerMs(service: string): number {
  const ms = assumedAnswerMs[service];
  if (ms === undefined) throw new Error(`no answer time is assumed for ${service}`);
  return ms;
}
