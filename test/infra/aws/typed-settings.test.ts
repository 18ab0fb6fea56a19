import { describe, expect, it } from 'vitest';
import { readAwsSettings } from '../../../infra/aws/settings.ts';
import { type TypedSettings, toRawSettings } from '../../../infra/aws/typed-settings.ts';
import { MailError } from '../../../shared/errors/mail-error.ts';

const least: TypedSettings = {
  recipient: 'capture@in.example.com',
  sender: 'notifications@example.com',
  allowedSenders: ['*@example.com', 'ops@example.org'],
};

describe('typed settings', () => {
  it('mean what the same settings mean as text', () => {
    const typed = { ...least, retentionDays: 30, takeOver: true, domain: undefined, alarmEmail: 'ops@example.org' };

    expect(readAwsSettings(toRawSettings(typed))).toEqual(
      readAwsSettings({
        recipient: 'capture@in.example.com',
        sender: 'notifications@example.com',
        allowedSenders: '*@example.com,ops@example.org',
        retentionDays: '30',
        takeOver: 'true',
        alarmEmail: 'ops@example.org',
      }),
    );
  });

  it('that do not exist are refused by name: a slip must not be a default', () => {
    const slip = { ...least, retentionDay: 30 } as TypedSettings;

    expect(() => toRawSettings(slip)).toThrow(MailError);
    expect(() => toRawSettings(slip)).toThrow(/^retentionDay is no setting: must be one of recipient, sender, /);
  });
});
