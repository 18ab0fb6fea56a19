import type { FunctionName } from '../../../../infra/topology.ts';
import { resourcesOfType } from '../synthesized.ts';
import { type FunctionLab, functionResource } from './function-lab.ts';
import type { Need } from './wire-calls.ts';

/** What Lambda asks of a queue before it feeds a function from it. @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions */
const consumeActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html */
const logActions = ['logs:CreateLogStream', 'logs:PutLogEvents'];

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html */
const traceActions = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

/**
 * What Lambda itself does with the function's role, which no recording of the function can show: by what the template
 * says of its queue, its log and its traces.
 */
export function platformNeeds({ synthesized, values }: FunctionLab, name: FunctionName): readonly Need[] {
  const { pipeline } = synthesized;
  const { Properties } = functionResource(synthesized, name);
  const [functionId] =
    resourcesOfType(pipeline, 'AWS::Lambda::Function').find(([, one]) => one.Properties === Properties) ?? [];
  const sources = resourcesOfType(pipeline, 'AWS::Lambda::EventSourceMapping')
    .filter(([, source]) => source.Properties.FunctionName.Ref === functionId)
    .map(([, source]) => values.resolve(source.Properties.EventSourceArn));
  const logGroup = values.valuesOf(Properties.LoggingConfig.LogGroup.Ref).arn;
  const traces = Properties.TracingConfig?.Mode === 'Active' ? ['any'] : [];
  return [...needs(consumeActions, sources), ...needs(logActions, [logGroup]), ...needs(traceActions, traces)];
}

function needs(actions: readonly string[], arns: readonly string[]): readonly Need[] {
  return actions.flatMap((action) => arns.map((arn) => ({ action, anyOf: [arn] })));
}
