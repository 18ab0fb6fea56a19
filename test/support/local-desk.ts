import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConsoleParts } from '../../functions/console/parts.ts';
import { type LocalStores, openLocalStores } from '../../shared/adapters/local/open-local-stores.ts';
import { createMimeParser } from '../../shared/adapters/mail/mail-parser.ts';
import { linkDeskOf } from '../../shared/links/link-desk-of.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { Clock, Platform } from '../../shared/ports/platform.ts';
import { createEmails } from '../../shared/records/emails.ts';
import { createLedger } from '../../shared/records/ledger.ts';
import { createLinks } from '../../shared/records/links.ts';
import { createIds } from '../../shared/runtime/ids.ts';

/** A clock that stands until it is moved. */
export interface HandClock extends Clock {
  set(at: Date | string): void;
  pass(ms: number): void;
}

export function handClock(start: Date | string = '2026-03-02T09:00:00.000Z'): HandClock {
  let now = new Date(start);
  return {
    now: () => new Date(now),
    set(at) {
      now = new Date(at);
    },
    pass(ms) {
      now = new Date(now.getTime() + ms);
    },
  };
}

/** Keeps what was logged. */
export function listeningLog(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const note = (message: string) => void lines.push(message);
  return { lines, debug: note, info: note, warn: note, error: note };
}

export const signingSecret = new Uint8Array(32).fill(7);

/** The real stores of one machine in a folder of their own, and what the web side needs of a platform. */
export async function openDesk(clock: HandClock = handClock()) {
  const dataFolder = await mkdtemp(join(tmpdir(), 'lightermail-desk-'));
  const baseUrl = () => 'http://localhost';
  const stores: LocalStores = await openLocalStores({ dataFolder, clock, signing: { baseUrl, secret: signingSecret } });
  const log = listeningLog();
  const context = { store: stores.store, clock, ids: createIds(clock) };
  const [ledger, emails, links] = [createLedger(context), createEmails(context), createLinks(context)];
  const listeners = new Set<() => void>();

  /** What the gateway uses of a platform; `delivery` as on one machine or as on AWS. */
  const gatewayPlatform = (delivery: 'stream' | 'redirect' = 'stream') =>
    ({
      ...{ ...context, files: stores.buckets.files, linkQueue: stores.queues.links, log },
      ...{ fallbackTopic: stores.topics.fallback, settings: { linkDelivery: delivery } },
    }) as unknown as Platform;

  const consoleParts: ConsoleParts = {
    ledger,
    emails,
    links,
    queues: Object.values(stores.queues),
    linkDesk: linkDeskOf(gatewayPlatform()),
    deadLetters: stores.deadLetters,
    mailbox: stores.mailbox,
    notices: (limit) => stores.readNotices('fallback', limit),
    alarms: () => [
      { name: 'inbound-dead-letters', description: 'Too many mails failed.', state: 'ok', value: 0, threshold: 50 },
    ],
    changes: {
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    parser: createMimeParser({ maxMailBytes: 40_000_000 }),
    clock,
    log,
    firstMailCommand: 'npx lightermail send',
  };
  return {
    ...{ stores, clock, log, ledger, emails, links, listeners, consoleParts, gatewayPlatform },
    tell: () => {
      for (const listener of listeners) listener();
    },
    async close() {
      await stores.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

export type Desk = Awaited<ReturnType<typeof openDesk>>;
