import { Readable } from 'node:stream';
import type { LinkAnswer, LinkDesk, ReplaceAnswer } from '../../shared/links/link-desk.ts';

/**
 * The desk of a runtime that is up, over its console's API.
 * @param token the console's token, where it has one
 */
export function httpLinkDesk(base: string, token?: string): LinkDesk {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };

  async function call<Answer>(path: string, init: RequestInit & { duplex?: 'half' } = {}): Promise<Answer | undefined> {
    const headers = { ...authorization, ...init.headers };
    const response = await fetch(new URL(path, base), { ...init, headers });
    if (response.status === 404) return undefined;
    // The API is this project's own: its answers have the types of the desk.
    if (response.ok) return (await response.json()) as Answer;
    const told = (await response.json().catch(() => undefined)) as { error?: { message?: string } } | undefined;
    throw new Error(`the console answered ${response.status}: ${told?.error?.message ?? 'see its log'}`);
  }
  const post = async (path: string, body: object): Promise<LinkAnswer> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await call<LinkAnswer>(path, { method: 'POST', headers, body: JSON.stringify(body) });
    return answer ?? { links: [], changedCount: 0, takesEffect: '', notes: [] };
  };

  return {
    show: (linkId) => call(`/api/links/${linkId}`),
    audit: async (mailId) => (await call(`/api/links/audit/${mailId}`)) ?? [],
    revoke: (selection, doer) => post('/api/links/revoke', { selection, ...doer }),
    renew: (selection, doer, forSeconds) =>
      post('/api/links/renew', { selection, ...doer, ...(forSeconds === undefined ? {} : { forSeconds }) }),
    remind: (selection) => post('/api/links/remind', { selection }),
    replace(linkId, { content, fileName }, doer) {
      const query = new URLSearchParams({ ...doer, ...(fileName === undefined ? {} : { name: fileName }) });
      // The same class at run time; Node declares it twice.
      const body = Readable.toWeb(content) as unknown as NonNullable<RequestInit['body']>;
      return call<ReplaceAnswer>(`/api/links/${linkId}/file?${query}`, { method: 'PUT', body, duplex: 'half' });
    },
  };
}
