import { describe, expect, it } from 'vitest';
import type { LinkRecord } from '../../../shared/contracts/records.ts';
import { openLink } from '../../../shared/links/open-link.ts';
import { hashToken } from '../../../shared/mail/link-token.ts';

const token = 'abcdefghijklmnopqrstuvwxyz012345';

const link: LinkRecord = {
  tokenHash: hashToken(token),
  mailId: 'm'.repeat(40),
  path: '2',
  recipientHash: 'r'.repeat(40),
  blobKey: 'files/x/2',
  fileName: 'plan.pdf',
  contentType: 'application/pdf',
  sizeBytes: 3,
  sha256: '0'.repeat(64),
  createdAt: '2026-03-01T00:00:00.000Z',
  linkExpiresAt: '2026-03-02T12:00:00.000Z',
  state: 'active',
};

const noVerdicts = { read: async () => undefined };

function parts(stored: LinkRecord, now: string) {
  const asked: string[] = [];
  const read = async (tokenHash: string) => {
    asked.push(tokenHash);
    return tokenHash === stored.tokenHash ? stored : undefined;
  };
  return { asked, links: { read }, verdicts: noVerdicts, clock: { now: () => new Date(now) } };
}

describe('openLink', () => {
  it('gives the file one millisecond before the expiry, and "expired" at it', async () => {
    const before = await openLink(parts(link, '2026-03-02T11:59:59.999Z'), token);
    const at = await openLink(parts(link, '2026-03-02T12:00:00.000Z'), token);

    expect(before).toEqual({ kind: 'file', link });
    expect(at).toEqual({ kind: 'expired', link });
  });

  it('says "revoked" for a revoked link, before and after its expiry', async () => {
    const revoked: LinkRecord = { ...link, state: 'revoked' };

    expect(await openLink(parts(revoked, '2026-03-02T00:00:00Z'), token)).toEqual({ kind: 'revoked', link: revoked });
    expect(await openLink(parts(revoked, '2027-03-02T00:00:00Z'), token)).toEqual({ kind: 'revoked', link: revoked });
  });

  it('counts a link whose expiry cannot be read as expired', async () => {
    const opened = await openLink(parts({ ...link, linkExpiresAt: 'soon' }, '2026-03-01T00:00:00Z'), token);

    expect(opened.kind).toBe('expired');
  });

  it('E3 gives one answer, after one look-up, for a token that is malformed and one that was never given', async () => {
    const malformed = parts(link, '2026-03-01T00:00:00Z');
    const answers = await Promise.all(
      [
        '',
        'x',
        `${token}x`,
        token.slice(1),
        `${token.slice(1)}/`,
        '１'.repeat(32),
        '\0'.repeat(32),
        'a'.repeat(100_000),
      ].map((wrong) => openLink(malformed, wrong)),
    );
    const unknown = await openLink(parts(link, '2026-03-01T00:00:00Z'), 'b'.repeat(32));

    expect(new Set([...answers, unknown].map((answer) => JSON.stringify(answer)))).toEqual(
      new Set(['{"kind":"unknown"}']),
    );
    expect(malformed.asked).toHaveLength(8);
  });

  it('throws when the store does not answer, never "unknown"', async () => {
    const broken = { read: () => Promise.reject(new Error('no answer')) };

    await expect(
      openLink({ links: broken, verdicts: noVerdicts, clock: { now: () => new Date() } }, token),
    ).rejects.toThrow('no answer');
  });
});
