import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { shareSendRate } from '../../shared/runtime/sending-shares.ts';
import { type FunctionName, type FunctionTopology, functions, type QueueName } from '../topology.ts';
import { BundledFunction } from './bundled-function.ts';
import { permissions } from './permissions.ts';
import { type PipelineResources, toStatements } from './pipeline-resources.ts';

export interface PipelineFunctionProps {
  readonly name: FunctionName;
  /** The folder of the function's bundle. */
  readonly assetFolder: string;
  readonly resources: PipelineResources;
  readonly environment: Readonly<Record<string, string>>;
}

/** A function of the topology with what starts it: its queue, or the clock. */
export class PipelineFunction extends Construct {
  readonly lambda: IFunction;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    super(scope, id);
    const topology: FunctionTopology = functions[props.name];
    const { lambda } = new BundledFunction(this, 'Run', {
      description: `Lightermail ${props.name}`,
      assetFolder: props.assetFolder,
      timeoutSeconds: topology.timeoutSeconds,
      memoryMegabytes: topology.memoryMegabytes,
      environment: props.environment,
      statements: toStatements(permissions[props.name], props.resources),
      traced: true,
    });
    this.lambda = lambda;
    if (topology.source !== undefined) {
      const { queue, maxConcurrency } = topology.source;
      // Processes that send share the account's rate: their number follows from it.
      const { senders } = shareSendRate(props.resources.maxSendRate);
      const limit = props.name === 'outbound-relay' ? senders : maxConcurrency;
      this.feed(props.resources.queues[queue].queue, { ...topology.source, maxConcurrency: limit });
    }
    if (topology.everySeconds !== undefined) this.schedule(topology.everySeconds);
  }

  /** A batch answers which of its messages failed: without that, one bad message would repeat its neighbours. */
  private feed(queue: IQueue, source: { queue: QueueName; batchSize: number; maxConcurrency: number }): void {
    new EventSourceMapping(this, 'Source', {
      target: this.lambda,
      eventSourceArn: queue.queueArn,
      batchSize: source.batchSize,
      maxConcurrency: source.maxConcurrency,
      reportBatchItemFailures: true,
    });
  }

  /** A run that is missed is not made up for: the next one does its work. */
  private schedule(everySeconds: number): void {
    const target = new LambdaTarget(this.lambda, { retryAttempts: 0, maxEventAge: Duration.seconds(everySeconds) });
    new Rule(this, 'Clock', { schedule: Schedule.rate(Duration.seconds(everySeconds)), targets: [target] });
  }
}
