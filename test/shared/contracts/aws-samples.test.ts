import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseInboundEvent } from '../../../shared/contracts/inbound-event.ts';
import { parseSesEvent } from '../../../shared/contracts/ses-event.ts';

/**
 * AWS's own examples, from a folder that LIGHTERMAIL_AWS_EVENTS names; without it the project's samples stand for them.
 * Both are told apart by the beginning of their names.
 */
const folder = process.env.LIGHTERMAIL_AWS_EVENTS;
const own = join(import.meta.dirname, '../../../events');

function samples(awsPrefix: string, ownFolder: string): readonly string[] {
  if (folder === undefined || !existsSync(folder))
    return readdirSync(join(own, ownFolder)).map((name) => join(own, ownFolder, name));
  return readdirSync(folder)
    .filter((name) => name.startsWith(awsPrefix))
    .map((name) => join(folder, name));
}

describe('examples of AWS', () => {
  it('H6 each event of event publishing is read', () => {
    const files = samples('ses-event-', 'ses-event').filter((file) => !/identity-feedback|topic-validation/.test(file));
    expect(files.length).toBeGreaterThanOrEqual(10);
    for (const file of files) {
      const event = parseSesEvent(readFileSync(file, 'utf8'));
      expect(event, file).toMatchObject({ sesMessageId: expect.any(String), at: expect.stringMatching(/^20\d\d-/) });
      expect('recipients' in event && event.recipients.length, file).toBe(1);
    }
  });

  it('identity feedback is foreign', () => {
    const files = samples('ses-feedback-', 'ses-event').filter((file) => /feedback/.test(file));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files)
      expect(parseSesEvent(readFileSync(file, 'utf8')), file).toEqual({ foreign: 'identity-feedback' });
  });

  it('A7 each S3 and EventBridge event is read, and of a key elsewhere nothing is done', () => {
    const files = [...samples('s3-', 's3'), ...samples('s3-eventbridge', 'eventbridge')];
    expect(files.length).toBeGreaterThanOrEqual(6);
    for (const file of files) {
      const { arrivals, ignored } = parseInboundEvent(readFileSync(file, 'utf8'), 'elsewhere/');
      expect(arrivals, file).toEqual([]);
      expect(ignored.length, file).toBeGreaterThan(0);
    }
  });
});
