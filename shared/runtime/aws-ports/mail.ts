import { createMimeParser } from '../../adapters/mail/mail-parser.ts';
import { createMimeComposer } from '../../adapters/mail/mime-composer.ts';
import { maxSesMailBytes } from '../aws-settings.ts';
import type { PortMakers } from './port-makers.ts';

/** Reading and writing mail: the same on AWS as everywhere. */
export const mailPorts = {
  parser: () => createMimeParser({ maxMailBytes: maxSesMailBytes }),
  composer: () => createMimeComposer(),
} satisfies PortMakers;
