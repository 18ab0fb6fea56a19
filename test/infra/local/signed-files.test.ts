import { describe, expect, it } from 'vitest';
import { startedRuntime } from '../../support/local-runtime.ts';
import { setClock } from './fakes.ts';

async function signed() {
  const clock = setClock();
  const runtime = await startedRuntime({}, { clock });
  await runtime.platform.files.put('files/a/1', Buffer.from('content'));
  const { url } = await runtime.platform.files.signGet('files/a/1', {
    expiresInSeconds: 60,
    fileName: 'report.txt',
    contentType: 'text/plain',
  });
  return { url, clock, runtime };
}

describe('signed URLs of the local stores', () => {
  it('give the bytes as an attachment under their name', async () => {
    const { url } = await signed();
    const response = await fetch(url);

    expect(response.status).toBe(200);
    expect(await response.text()).toBe('content');
    expect(response.headers.get('content-disposition')).toContain('report.txt');
  });

  it('are refused once changed or expired', async () => {
    const { url, clock } = await signed();

    expect((await fetch(url.replace('report', 'other'))).status).toBe(403);
    clock.advance(60);
    expect((await fetch(url)).status).toBe(403);
  });

  it('answer 404 when the file is gone', async () => {
    const { url, runtime } = await signed();
    await runtime.platform.files.delete('files/a/1');

    expect((await fetch(url)).status).toBe(404);
  });
});
