import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Certificate, openCertificate } from '../../../../infra/local/smtp/certificate.ts';
import { type SmtpInlet, type SmtpInletOptions, startSmtpInlet } from '../../../../infra/local/smtp/smtp-inlet.ts';
import {
  type MemoryBlobs,
  type MemoryTopic,
  memoryBlobs,
  memoryTopic,
  quietLog,
  setClock,
  twoRoutes,
} from '../fakes.ts';

export interface StartedInlet {
  readonly port: number;
  readonly inlet: SmtpInlet;
  readonly raw: MemoryBlobs;
  readonly arrival: MemoryTopic;
}

/** Starts inlets on free ports over stores in memory, and stops them after each test. */
export function inlets(): (options?: Partial<SmtpInletOptions>) => Promise<StartedInlet> {
  const started: SmtpInlet[] = [];
  let folder = '';
  let certificate: Certificate = { key: '', cert: '' };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lightermail-smtp-'));
    certificate = await openCertificate(folder, new Date());
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((inlet) => inlet.stop(0)));
  });
  afterAll(() => rm(folder, { recursive: true }));
  let count = 0;
  return async (options = {}) => {
    const raw = memoryBlobs();
    const arrival = memoryTopic();
    const inlet = await startSmtpInlet({
      raw,
      arrival,
      clock: setClock(),
      ids: {
        next() {
          count += 1;
          return `id${count}`;
        },
      },
      log: quietLog,
      routes: { routes: async () => twoRoutes },
      certificate,
      bind: '127.0.0.1',
      port: 0,
      isLoopback: true,
      users: [],
      maxMailBytes: 10_000,
      ...options,
    });
    started.push(inlet);
    return { port: inlet.port, inlet, raw, arrival };
  };
}
