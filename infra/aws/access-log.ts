import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

/** Neither the path nor the address of the caller: a path can hold a token, which is a secret. */
export const accessLog = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    at: '$context.requestTime',
    route: '$context.routeKey',
    status: '$context.status',
    responseBytes: '$context.responseLength',
    latencyMs: '$context.responseLatency',
    integrationError: '$context.integrationErrorMessage',
  }),
);
