import { createSsmClient } from '../../adapters/aws/aws-clients.ts';
import { createSsmRouteSource } from '../../adapters/aws/ssm-route-source.ts';
import type { PortMakers } from './port-makers.ts';

/** The routes, from an SSM parameter. */
export const routePorts = {
  routes: ({ config, clock, log }) =>
    createSsmRouteSource({
      client: createSsmClient(),
      parameterName: config.LIGHTERMAIL_ROUTES_PARAMETER,
      clock,
      log,
    }),
} satisfies PortMakers;
