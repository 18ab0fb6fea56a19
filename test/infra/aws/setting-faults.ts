import { readAwsSettings } from '../../../infra/aws/settings.ts';
import { MailError } from '../../../shared/errors/mail-error.ts';
import type { RawSettings } from '../../../shared/runtime/settings.ts';

/** The faults of settings, one line each. */
export function faults(raw: RawSettings, region?: string): string[] {
  try {
    readAwsSettings(raw, region);
  } catch (error) {
    if (error instanceof MailError && error.code === 'ERR_SETTING') return error.message.split('\n');
    throw error;
  }
  return [];
}
