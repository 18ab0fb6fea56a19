/** A price as its page says it. */
export interface Price {
  /** US dollars for one of `unit`. */
  readonly usd: number;
  readonly unit: string;
  /** The page that names it. */
  readonly page: string;
  /** Whether a second source named the same price on the date below; else it is what the page was known to say. */
  readonly confirmed: boolean;
}

/** Where and when these prices were taken. Other regions differ: Ireland asks up to 13 % more for most of them. */
export const pricesOf = { region: 'us-east-1', date: '2026-11-27' } as const;

const price = (usd: number, unit: string, page: string, confirmed = true): Price => ({ usd, unit, page, confirmed });

const million = 1_000_000;

/** On-demand prices beyond every free tier. */
export const prices = {
  sesReceive: price(0.1 / 1000, 'mail received', 'Amazon SES Pricing', false),
  sesChunk: price(0.09 / 1000, 'chunk of 256 KB received', 'Amazon SES Pricing', false),
  sesSend: price(0.1 / 1000, 'email sent', 'Amazon SES Pricing', false),
  sesData: price(0.12, 'GB sent', 'Amazon SES Pricing', false),
  s3Write: price(0.005 / 1000, 'PUT, POST or LIST', 'Amazon S3 Pricing', false),
  s3Read: price(0.0004 / 1000, 'GET or HEAD', 'Amazon S3 Pricing', false),
  s3Storage: price(0.023, 'GB and month', 'Amazon S3 Pricing'),
  dataOut: price(0.09, 'GB to the internet', 'Amazon EC2 On-Demand Pricing: Data Transfer', false),
  sns: price(0.5 / million, 'request', 'Amazon SNS Pricing'),
  sqs: price(0.4 / million, 'request', 'Amazon SQS Pricing'),
  lambdaRequest: price(0.2 / million, 'request', 'AWS Lambda Pricing'),
  lambdaSecond: price(0.0000133334, 'GB-second, Arm', 'AWS Lambda Pricing'),
  dynamoWrite: price(0.625 / million, 'write request unit', 'Amazon DynamoDB Pricing for On-Demand Capacity'),
  dynamoRead: price(0.125 / million, 'read request unit', 'Amazon DynamoDB Pricing for On-Demand Capacity'),
  dynamoStorage: price(0.25, 'GB and month', 'Amazon DynamoDB Pricing for On-Demand Capacity', false),
  dynamoBackup: price(
    0.2,
    'GB and month, point-in-time recovery',
    'Amazon DynamoDB Pricing for On-Demand Capacity',
    false,
  ),
  httpApi: price(1 / million, 'request', 'Amazon API Gateway Pricing', false),
  logs: price(0.5, 'GB taken in', 'Amazon CloudWatch Pricing'),
  metric: price(0.3, 'metric and month', 'Amazon CloudWatch Pricing'),
  alarm: price(0.1, 'alarm and month', 'Amazon CloudWatch Pricing', false),
  dashboard: price(3, 'dashboard and month', 'Amazon CloudWatch Pricing'),
  secret: price(0.4, 'secret and month', 'AWS Secrets Manager Pricing', false),
  trace: price(5 / million, 'trace', 'AWS X-Ray Pricing', false),
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof prices;
