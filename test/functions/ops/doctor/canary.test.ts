import { describe, expect, it } from 'vitest';
import {
  type CanaryMail,
  type CanaryPorts,
  type CanarySighting,
  sendCanary,
} from '../../../../functions/ops/doctor/canary.ts';
import { runCanary, toOrder } from '../../../../functions/ops/doctor/canary-check.ts';
import { idOf } from '../../../../functions/ops/doctor/canary-ports.ts';
import { routesSchema } from '../../../../shared/contracts/route.ts';
import { TransientMailError } from '../../../../shared/errors/mail-error.ts';
import { linesOf } from './fakes.ts';

const base = { id: 'r', address: 'capture@in.example.com', identity: 'n@example.com' };
const routeOf = (over: object = {}) => routesSchema.parse([{ ...base, ...over }])[0] as never;
const seen = (
  state: CanarySighting['state'],
  email?: CanarySighting['emails'][number]['state'],
  code?: string,
): CanarySighting => ({
  mailId: 'm1',
  state,
  ...(email === undefined ? { code, emails: [] } : { emails: [{ rcptTo: 'ann@example.com', state: email, code }] }),
});

/** Shows one sighting a second, the last one for ever. */
async function fly(sightings: readonly (CanarySighting | undefined)[], over: { route?: object; refuse?: Error } = {}) {
  const mails: CanaryMail[] = [];
  const progress: string[] = [];
  let nowMs = 0;
  let looks = 0;
  const findings = await sendCanary(
    {
      async submit(mail) {
        mails.push(mail);
        if (over.refuse !== undefined) throw over.refuse;
        return '250 OK abcdefghijklmnop';
      },
      find: async () => sightings[Math.min(looks++, sightings.length - 1)],
      timer: {
        monotonicMs: () => nowMs,
        async wait(ms) {
          nowMs += ms;
        },
      },
      newId: () => 'c0ffee',
      showProgress: (text) => void progress.push(text),
    },
    { route: routeOf(over.route), recipient: 'ann@example.com', from: 'device@example.com', limitMs: 10_000 },
  );
  return { lines: linesOf(findings), mails, progress };
}

describe('the canary', () => {
  it('is a mail like those of devices, and is well when the recipient’s server has what came of it', async () => {
    const { lines, mails, progress } = await fly([
      undefined,
      seen('accepted'),
      seen('relayed', 'sent'),
      seen('relayed', 'delivered'),
    ]);
    expect(lines).toEqual(['ok capture@in.example.com: delivered to ann@example.com within 3 s']);
    expect(mails).toEqual([
      expect.objectContaining({
        from: 'device@example.com',
        to: 'capture@in.example.com',
        subject: 'Lightermail canary c0ffee',
      }),
    ]);
    expect(mails[0]?.text).toContain(':Email_Rxers_Code:ann@example.com:Email_Rxers_Code:');
    expect(progress).toEqual(
      expect.arrayContaining([
        'canary: taken over, not yet in the records, 10 s left …',
        'canary: the email is sent, 8 s left …',
      ]),
    );
    expect(progress.at(-1)).toBe('');
  });

  it('names no recipient where the route knows them, and makes an address for a whole domain', async () => {
    const route = { address: '*@in.example.com', recipients: { from: 'fixed', to: ['ann@example.com'] } };
    const { mails } = await fly([seen('relayed', 'delivered')], { route });
    expect(mails[0]?.to).toBe('lightermail-canary@in.example.com');
    expect(mails[0]?.text).not.toContain('ann@example.com');
  });

  it.each<[readonly (CanarySighting | undefined)[], RegExp]>([
    [[undefined], /step 2, arrival: the server took it, the records know nothing after 10 s/],
    [[seen('received')], /step 3, processing: the mail is received after 10 s/],
    [
      [seen('parked', undefined, 'ERR_SENDER_REFUSED')],
      /step 3, processing: the mail is parked \(ERR_SENDER_REFUSED\) after 0 s/,
    ],
    [[seen('stuck')], /step 3, processing: the mail is stuck/],
    [[seen('relayed')], /step 3, processing: relayed, but the recipient got no email/],
    [
      [seen('relayed', 'retry', 'ERR_SEND_THROTTLED')],
      /step 4, sending: the email is retry \(ERR_SEND_THROTTLED\) after 10 s/,
    ],
    [
      [seen('relayed', 'failed', 'ERR_SENDER_NOT_VERIFIED')],
      /step 4, sending: the email is failed \(ERR_SENDER_NOT_VERIFIED\) after 0 s/,
    ],
    [[seen('relayed', 'sent')], /step 5, delivery: sent, but no delivered event after 10 s/],
    [[seen('relayed', 'bounced')], /step 5, delivery: the email bounced/],
  ])('says at which step it got stuck: %#', async (sightings, line) => {
    expect((await fly(sightings)).lines).toEqual([expect.stringMatching(line)]);
  });

  it('tells what the server answered when it was not taken', async () => {
    const refuse = Object.assign(new Error('Message failed'), { response: '550 5.1.1 mailbox unavailable' });
    expect((await fly([], { refuse })).lines).toEqual([
      'error capture@in.example.com: step 1, handing it in: 550 5.1.1 mailbox unavailable',
    ]);
  });

  it('goes along the route that is named, from a sender that it takes', () => {
    const routes = routesSchema.parse([
      base,
      { ...base, id: 'b', address: 'b@in.example.com', allowedSenders: ['*@x.example', 'd@x.example'] },
    ]);
    const asked = { to: 'ann@example.com', limitMs: 1 };
    expect(toOrder(routes, asked)).toMatchObject({ route: { id: 'r' }, from: 'canary@example.com' });
    expect(toOrder(routes, { ...asked, routeId: 'b' })).toMatchObject({ route: { id: 'b' }, from: 'd@x.example' });
    expect(toOrder(routes, { ...asked, routeId: 'b', from: 'e@x.example' }).from).toBe('e@x.example');
    expect(() => toOrder(routes, { ...asked, routeId: 'c' })).toThrow('there are r, b');
    const closed = routesSchema.parse([{ ...base, allowedSenders: ['*@x.example'] }]);
    expect(() => toOrder(closed, asked)).toThrow('--from is needed');
  });

  it('that cannot be sent is a finding, not a crash', async () => {
    const denied = new TransientMailError('ERR_CREDENTIALS', 'no', { details: { permission: 'ssm:GetParameter' } });
    const asked = { to: 'ann@example.com', limitMs: 1 };
    const { findings } = await runCanary({} as CanaryPorts, () => Promise.reject(denied), asked);
    expect(linesOf(findings)).toEqual(['unknown canary: not allowed to ask: ssm:GetParameter is lacking']);
  });

  it('is found by the id that the server answered', () => {
    expect(idOf('250 OK g0dfjlsdf0r2mbo8fkh1jm5q4kqfsmt9hjdkmbo1')).toBe('g0dfjlsdf0r2mbo8fkh1jm5q4kqfsmt9hjdkmbo1');
    expect(idOf('250 2.0.0 queued as 01abcdefghijklmnopqrstuvwx')).toBe('01abcdefghijklmnopqrstuvwx');
    expect(idOf('250 fine')).toBeUndefined();
  });
});
