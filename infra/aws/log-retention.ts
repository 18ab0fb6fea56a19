import { Aspects, type IAspect, type Stack } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/** CloudWatch forgets logs after one of these numbers of days. @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const retentionChoices: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** A month: longer than raw mail and dead letters are kept, so that what happened to either can be read. */
export const defaultLogRetentionDays = 30;

/** Has every log group of a stack, whoever makes it, forget its lines after so many days. */
export function keepLogs(stack: Stack, retentionDays: number): void {
  Aspects.of(stack).add(new LogRetention(retentionDays));
}

class LogRetention implements IAspect {
  private readonly retentionDays: number;

  constructor(retentionDays: number) {
    this.retentionDays = retentionDays;
  }

  visit(node: IConstruct): void {
    if (node instanceof CfnLogGroup) node.retentionInDays = this.retentionDays;
  }
}
