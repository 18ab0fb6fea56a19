import { describe, expect, it } from 'vitest';
import { openTransaction } from './smtp-session.ts';
import { inlets } from './started-inlet.ts';

const start = inlets();
const second = 'MAIL FROM:<evil@example.com>\r\nRCPT TO:<capture@in.example.com>\r\nDATA\r\nsmuggled\r\n';

/** Ends of data that some servers wrongly take for CRLF "." CRLF (RFC 5321 §4.1.1.4). */
const wrongEnds = ['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r', '\r\n.\r', '\r.\r\n', '\r\n\0.\r\n'];

describe('SMTP inlet: smuggling', () => {
  it.each(wrongEnds.map((end) => [JSON.stringify(end), end]))('G14 %s does not end the data', async (_name, end) => {
    const { port, raw, arrival } = await start();
    const session = await openTransaction(port, 'capture@in.example.com');
    await session.say('DATA');

    session.write(`Subject: one\r\n\r\nfirst${end}${second}`);
    expect(await session.say('.')).toMatch(/^250 /);

    expect(await session.say('NOOP')).toBe('250 2.0.0 OK');
    expect(raw.objects.size).toBe(1);
    expect(arrival.published).toHaveLength(1);
    expect([...raw.objects.values()][0]?.bytes.toString()).toContain('smuggled');
  });
});
