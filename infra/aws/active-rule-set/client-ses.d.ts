/**
 * What is used of SES's first API, the only one that knows receipt rule sets. Lambda's Node runtime brings the package.
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SetActiveReceiptRuleSet.html
 */
declare module '@aws-sdk/client-ses' {
  interface Command<Output> {
    readonly output?: Output;
  }

  export class SESClient {
    send<Output>(command: Command<Output>): Promise<Output>;
  }

  export class DescribeActiveReceiptRuleSetCommand implements Command<{ Metadata?: { Name?: string } }> {
    constructor(input: Record<string, never>);
    readonly output?: { Metadata?: { Name?: string } };
  }

  export class DescribeReceiptRuleSetCommand implements Command<{ Metadata?: { Name?: string } }> {
    constructor(input: { RuleSetName: string });
    readonly output?: { Metadata?: { Name?: string } };
  }

  export class SetActiveReceiptRuleSetCommand implements Command<object> {
    constructor(input: { RuleSetName?: string });
    readonly output?: object;
  }
}
