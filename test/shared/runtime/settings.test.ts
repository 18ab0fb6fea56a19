import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readSettings } from '../../../shared/runtime/settings.ts';

const schema = z.object({
  LIGHTERMAIL_SMTP_PORT: z.coerce
    .number()
    .int('must be a whole number')
    .max(65_535, 'must be at most 65535')
    .default(2525),
  LIGHTERMAIL_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
});

describe('readSettings', () => {
  it('gives defaults for what is not set or empty', () => {
    expect(readSettings(schema, { LIGHTERMAIL_SMTP_PORT: '' })).toEqual({ LIGHTERMAIL_SMTP_PORT: 2525 });
  });

  it('B24 names every bad setting with its value and what is allowed', () => {
    const read = () => readSettings(schema, { LIGHTERMAIL_SMTP_PORT: '70000', LIGHTERMAIL_TOKEN: 'short' });
    expect(read).toThrow('LIGHTERMAIL_SMTP_PORT is "70000": must be at most 65535');
    expect(read).toThrow('LIGHTERMAIL_TOKEN is set: must have at least 16 characters');
  });

  it('never shows the value of a secret', () => {
    expect(() => readSettings(schema, { LIGHTERMAIL_TOKEN: 'hunter2' })).not.toThrow('hunter2');
  });
});
