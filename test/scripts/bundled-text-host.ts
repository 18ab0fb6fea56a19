import { createTextWorkerHost, defaultTaskLimits } from '../../shared/adapters/mail/text-worker-host.ts';

const host = createTextWorkerHost(defaultTaskLimits);

/** Reads a text in the worker that stands beside this module once it is bundled. */
export async function handler(text: string): Promise<string> {
  const form = { charset: 'utf-8', isFlowed: false, isDelSp: false };
  return (await host.run('text', { contentType: 'text/plain', form, bytes: Buffer.from(text) })).text;
}
