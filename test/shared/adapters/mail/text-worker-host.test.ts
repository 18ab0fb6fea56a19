import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createTextWorkerHost, defaultTaskLimits } from '../../../../shared/adapters/mail/text-worker-host.ts';

const textOf = (text: string) => ({
  contentType: 'text/plain',
  form: { isFlowed: false, isDelSp: false },
  bytes: Buffer.from(text),
});
const large = (megabytes: number) => ({
  contentType: 'text/html',
  form: { charset: 'iso-2022-jp', isFlowed: false, isDelSp: false },
  bytes: Buffer.alloc(megabytes * 1_000_000, '<b>\n'),
});

describe('createTextWorkerHost', () => {
  it('answers tasks in order, each with its own result', async () => {
    const host = createTextWorkerHost(defaultTaskLimits);
    const texts = await Promise.all(['a', 'b', 'c'].map((text) => host.run('text', textOf(text))));
    expect(texts.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(
      await host.run('head', { fields: [{ name: 'subject', value: '=?utf-8?Q?=C3=A9?=' }], contentType: 'text/plain' }),
    ).toMatchObject({ subject: 'é' });
  });

  it('B20 survives a worker that runs out of heap, and makes another', async () => {
    const host = createTextWorkerHost({ ...defaultTaskLimits, heapMegabytes: 24 });
    await expect(host.run('text', large(12))).rejects.toMatchObject({ code: 'ERR_PARSE_RESOURCE' });
    expect((await host.run('text', textOf('alive'))).text).toBe('alive');
  });

  it('B20 kills a worker that takes too much memory outside its heap', async () => {
    const host = createTextWorkerHost({ ...defaultTaskLimits, externalBytes: 1 });
    await expect(host.run('text', large(20))).rejects.toMatchObject({ code: 'ERR_PARSE_RESOURCE' });
  });

  it('C10 kills a worker that takes too long, and makes another', async () => {
    const limits = { ...defaultTaskLimits, taskMs: 1000 };
    const host = createTextWorkerHost(limits);
    await expect(host.run('text', large(30))).rejects.toMatchObject({ code: 'ERR_PARSE_RESOURCE' });
    expect((await host.run('text', textOf('alive'))).text).toBe('alive');
  });

  it('lets the process end while its worker is warm', async () => {
    const host = new URL('../../../../shared/adapters/mail/text-worker-host.ts', import.meta.url).href;
    const script = `
      import(${JSON.stringify(host)}).then(async ({ createTextWorkerHost, defaultTaskLimits }) => {
        const host = createTextWorkerHost({ ...defaultTaskLimits, idleMs: 600000 });
        const task = { contentType: 'text/plain', form: { isFlowed: false, isDelSp: false }, bytes: Buffer.from('x') };
        console.log((await host.run('text', task)).text);
      });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const output = child.stdout.toArray();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(Buffer.concat(await output).toString()).toBe('x\n');
  });
});
