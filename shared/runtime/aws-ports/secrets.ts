import { createSecretsManagerClient } from '../../adapters/aws/aws-clients.ts';
import { createSecretsManagerSecretSource } from '../../adapters/aws/secrets-manager-secret-source.ts';
import type { PortMakers } from './port-makers.ts';

/** The installation's secrets, from Secrets Manager. */
export const secretPorts = {
  secrets: ({ config }) =>
    createSecretsManagerSecretSource({
      client: createSecretsManagerClient(),
      linkSecretArn: config.LIGHTERMAIL_LINK_SECRET_ARN,
    }),
} satisfies PortMakers;
