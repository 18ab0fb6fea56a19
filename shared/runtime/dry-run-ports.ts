import { createMimeParser } from '../adapters/mail/mail-parser.ts';
import type { Logger } from '../ports/logger.ts';
import type { MimeParser } from '../ports/mime-parser.ts';
import type { PlatformSettings, SecretSource } from '../ports/platform.ts';
import type { ArrivalCounts } from '../records/arrival-counts.ts';
import type { LocalConfig } from './local-config.ts';

/** What a plan needs of the outside, without anything that remembers. */
export interface DryRunPorts {
  readonly parser: MimeParser;
  readonly secrets: SecretSource;
  readonly arrivalCounts: ArrivalCounts;
  readonly log: Logger;
  readonly settings: Pick<PlatformSettings, 'maxMailBytes' | 'sesRegion'>;
}

/**
 * The ports of a dry run on this machine: mail is read by the same parser, and counted nowhere.
 * @param parts.sesRegion the region whose SES took the mails in; absent: they did not come through SES
 */
export function dryRunPorts(
  config: Pick<LocalConfig, 'maxMailBytes'>,
  parts: { readonly secrets: SecretSource; readonly log: Logger; readonly sesRegion?: string },
): DryRunPorts {
  const { secrets, log, sesRegion } = parts;
  const { maxMailBytes } = config;
  return {
    parser: createMimeParser({ maxMailBytes }),
    ...{ secrets, log },
    arrivalCounts: { count: async () => 0 },
    settings: { maxMailBytes, ...(sesRegion === undefined ? {} : { sesRegion }) },
  };
}
