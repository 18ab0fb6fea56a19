import { createMimeParser } from '../../adapters/mail/mail-parser.ts';
import { maxSesMailBytes } from '../aws-settings.ts';
import { composerPorts } from './composer.ts';
import type { PortMakers } from './port-makers.ts';

/** Reading and writing mail: the same on AWS as everywhere. */
export const mailPorts = {
  parser: () => createMimeParser({ maxMailBytes: maxSesMailBytes }),
  ...composerPorts,
} satisfies PortMakers;
