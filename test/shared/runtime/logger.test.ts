import { describe, expect, it } from 'vitest';
import { PermanentMailError } from '../../../shared/errors/mail-error.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';

function capture(level?: 'debug' | 'info' | 'warn') {
  const lines: string[] = [];
  const log = createLogger({ service: 'test', write: (line) => lines.push(line), ...(level ? { level } : {}) });
  return { log, lines };
}

describe('createLogger', () => {
  it('H13 takes addresses, link tokens and the queries of URLs out of every text', () => {
    const { log, lines } = capture();
    const token = 'abcdefABCDEF0123456789abcdefABCD';
    log.error('for alice.secret@example.com', new Error(`GET https://h.example/f/${token}?X-Amz-Signature=cafe`), {
      note: `https://h.example/f/${token}`,
    });
    expect(lines[0]).not.toMatch(/alice\.secret|cafe|ABCDEF0123/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: 'for ali****@example.com' });
  });

  it('H14 writes one line for a text with line breaks and escape codes', () => {
    const { log, lines } = capture();
    log.info('one\r\ntwo\u001b[31m');
    expect(lines[0]).toContain('one\\r\\ntwo\\u001b[31m');
  });

  it('shows code and details of an error of ours, and no stack', () => {
    const { log, lines } = capture();
    log.error('failed', new PermanentMailError('ERR_TOO_LARGE', 'too large', { details: { bytes: 5 } }));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ code: 'ERR_TOO_LARGE', bytes: 5, error: 'too large' });
    expect(lines[0]).not.toContain('stack');
  });

  it('H14 writes plain text for people, on one line, redacted like everything else', () => {
    const lines: string[] = [];
    const log = createLogger({ service: 'test', format: 'text', write: (line) => lines.push(line) });
    log.info('mail\nreceived', {
      mailId: 'iwq7hc5eq2auvfwv4ai7',
      bytes: 11,
      reason: 'from bob.x@example.com\u001b[2J',
    });
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d info {2}mail\\nreceived +mailId=iwq7hc5eq2 bytes=11 reason="from bob\*{4}@example.com\\u001b\[2J"$/,
    );
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = capture('warn');
    log.info('quiet');
    log.warn('loud');
    expect(lines).toHaveLength(1);
  });
});
