import { createMimeComposer } from '../../adapters/mail/mime-composer.ts';
import type { PortMakers } from './port-makers.ts';

/** Writing mail, for functions that read none. */
export const composerPorts = {
  composer: () => createMimeComposer(),
} satisfies PortMakers;
