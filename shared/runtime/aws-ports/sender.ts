import { createSesClient } from '../../adapters/aws/aws-clients.ts';
import { createSesMailSender } from '../../adapters/aws/ses-mail-sender.ts';
import type { PortMakers } from './port-makers.ts';

/** The way out, through SES v2. */
export const senderPorts = {
  sender: () => createSesMailSender({ client: createSesClient() }),
} satisfies PortMakers;
