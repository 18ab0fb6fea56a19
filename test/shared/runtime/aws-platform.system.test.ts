import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Platform } from '../../../shared/ports/platform.ts';
import { readAwsConfig } from '../../../shared/runtime/aws-config.ts';
import { awsPlatform } from '../../../shared/runtime/aws-platform.ts';
import { makeInstallation, signerKey } from '../../support/aws-installation.ts';
import { type AwsStandIn, startAwsStandIn } from '../../support/aws-stand-in.ts';

describe('awsPlatform against the AWS stand-in', () => {
  let standIn: AwsStandIn;
  let platform: Platform;
  beforeAll(async () => {
    standIn = await startAwsStandIn();
    const { endpoint, region, credentials } = standIn.settings;
    vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
    vi.stubEnv('AWS_REGION', region);
    vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
    platform = awsPlatform(readAwsConfig(await makeInstallation(standIn)));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await standIn?.stop();
  });

  it('blobs: what is put is read, and a URL is signed by the link signer', async () => {
    for (const store of [platform.raw, platform.files]) {
      await store.put('a/b c', Buffer.from(store.bucket));
      expect(await buffer((await store.get('a/b c'))!.body)).toEqual(Buffer.from(store.bucket));
    }
    const options = { expiresInSeconds: 604_800, fileName: 'b.txt', contentType: 'text/plain' };
    const { url, expiresAt } = await platform.files.signGet('a/b c', options);
    expect(url).toContain(signerKey.accessKeyId);
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 604_000_000);
    expect(await (await fetch(url)).text()).toBe('lm-files');
  });

  it('queues: each has its own messages and its own dead letters', async () => {
    for (const queue of [platform.inboundQueue, platform.outboundQueue, platform.engagementQueue]) {
      await queue.send([JSON.stringify(queue.name)]);
      const [message] = await queue.receive(10, 5);
      expect(message?.body).toBe(JSON.stringify(queue.name));
      await queue.reject(message!.body, 'ERR_BAD_JOB');
      await queue.acknowledge(message!.receiptHandle);
      expect((await queue.depth()).messageCount).toBe(0);
    }
  });

  it('records, topic, routes and secrets answer', async () => {
    const record = { pk: 'MAIL#1', sk: 'STATE', state: 'received' };
    expect(await platform.store.commit([{ type: 'put', record }])).toEqual({ committed: true });
    expect(await platform.store.read(record)).toEqual(record);
    await platform.fallbackTopic.publish({ subject: 'Mail parked', message: '{}' });
    expect((await platform.routes.routes()).map((route) => route.id)).toEqual(['capture']);
    expect((await platform.secrets.linkSecret()).byteLength).toBe(64);
  });
});
