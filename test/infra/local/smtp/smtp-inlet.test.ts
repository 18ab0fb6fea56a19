import { describe, expect, it } from 'vitest';
import { TransientMailError } from '../../../../shared/errors/mail-error.ts';
import { openSession, openTransaction, readGreeting } from './smtp-session.ts';
import { inlets } from './started-inlet.ts';

const start = inlets();
const base64 = (text: string) => Buffer.from(text).toString('base64');
const mail = 'From: device@example.com\r\nSubject: hello\r\n\r\nbody\r\n';

describe('SMTP inlet: what is taken', () => {
  it('stores the mail byte for byte, announces it, and answers 250 with the id', async () => {
    const { port, raw, arrival } = await start();
    const session = await openTransaction(port, 'capture@in.example.com');

    expect(await session.say('DATA')).toMatch(/^354 /);
    const answer = await session.say(`${mail}..dot\r\n.`);

    const id = /^250 2\.0\.0 queued as (\S+)$/.exec(answer)?.[1];
    const object = raw.objects.get(`raw/capture/${id}`);
    expect(object?.bytes.toString()).toBe(`${mail}.dot\r\n`);
    expect(object?.info.metadata).toEqual({ 'mail-from': 'device@example.com', 'rcpt-to': 'capture@in.example.com' });
    const event = JSON.parse(arrival.published[0]?.message ?? '');
    expect(event.Records).toHaveLength(1);
    expect(event.Records[0]).toMatchObject({
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name: 'raw-bucket' }, object: { key: `raw/capture/${id}`, size: mail.length + 6 } },
    });
    expect(event.Records[0].s3.object.eTag).toBe(object?.info.etag);
  });

  it('stores one object for each of two routes and announces both in one event', async () => {
    const { port, raw, arrival } = await start();
    const session = await openTransaction(port, 'capture@in.example.com', 'a@scan.example.com', 'b@scan.example.com');

    await session.say('DATA');
    expect(await session.say(`${mail}.`)).toMatch(/^250 2\.0\.0 queued as /);

    const objects = [...raw.objects.values()];
    expect(objects.map(({ info }) => info.key.split('/')[1])).toEqual(['capture', 'scan']);
    expect(objects.map(({ bytes }) => bytes.toString())).toEqual([mail, mail]);
    expect(objects[1]?.info.metadata['rcpt-to']).toBe('a@scan.example.com,b@scan.example.com');
    expect(arrival.published).toHaveLength(1);
    expect(JSON.parse(arrival.published[0]?.message ?? '').Records).toHaveLength(2);
  });

  it('takes several mails over one connection, each with its own id', async () => {
    const { port, raw } = await start();
    const session = await openTransaction(port, 'capture@in.example.com');
    await session.say('DATA');
    await session.say(`${mail}.`);

    await session.say('MAIL FROM:<>');
    await session.say('RCPT TO:<capture@in.example.com>');
    await session.say('DATA');
    expect(await session.say(`${mail}.`)).toMatch(/^250 /);

    expect(raw.objects.size).toBe(2);
    expect([...raw.objects.values()][1]?.info.metadata['mail-from']).toBe('');
  });

  it('follows the typed session of openssl s_client: STARTTLS, AUTH LOGIN, addresses without brackets', async () => {
    const { port, raw } = await start();
    const plain = await openSession(port);
    expect(await plain.say('EHLO localhost')).toContain('STARTTLS');
    await plain.say('STARTTLS');
    const session = await plain.upgrade();

    const features = await session.say('EHLO example.com');
    expect(features).toContain('AUTH LOGIN PLAIN');
    expect(features).toContain('SIZE 10000');
    expect(await session.say('AUTH LOGIN')).toBe('334 VXNlcm5hbWU6');
    expect(await session.say(base64('anyone'))).toBe('334 UGFzc3dvcmQ6');
    expect(await session.say(base64('anything'))).toMatch(/^235 /);
    expect(await session.say('MAIL FROM:sender@example.com')).toMatch(/^250 /);
    expect(await session.say('RCPT TO: capture@in.example.com')).toMatch(/^250 /);
    expect(await session.say('DATA')).toMatch(/^354 /);
    expect(await session.say(`${mail}.`)).toMatch(/^250 2\.0\.0 queued as /);
    expect(raw.objects.size).toBe(1);
  });

  it('is reached as localhost on IPv6 too, where the machine has it', async () => {
    const { networkInterfaces } = await import('node:os');
    const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
    const { port } = await start();
    const session = await openSession(port, hasIpv6 ? '::1' : '127.0.0.1');

    expect(await session.say('NOOP')).toMatch(/^250 /);
  });
});

describe('SMTP inlet: what is refused', () => {
  it('G13 answers 550 5.1.1 to an address that no route monitors', async () => {
    const { port } = await start();
    const session = await openTransaction(port);

    expect(await session.say('RCPT TO:<someone@elsewhere.example>')).toMatch(/^550 5\.1\.1 /);
    expect(await session.say('DATA')).toMatch(/^503 /);
  });

  it('G13 answers 452 4.5.3 to recipients beyond what one mail can carry, and takes it for the others', async () => {
    const { port, raw } = await start();
    const session = await openTransaction(port);
    const answers: string[] = [];
    for (let count = 100; count < 180; count += 1) {
      answers.push(await session.say(`RCPT TO:<user-number-${count}@scan.example.com>`));
    }

    const taken = answers.filter((answer) => answer.startsWith('250 '));
    expect(taken.length).toBeGreaterThan(40);
    expect(answers.at(-1)).toMatch(/^452 4\.5\.3 /);
    await session.say('DATA');
    expect(await session.say(`${mail}.`)).toMatch(/^250 /);
    expect([...raw.objects.values()][0]?.info.metadata['rcpt-to']?.split(',')).toHaveLength(taken.length);
  });

  it('G16 answers 552 5.3.4 at once to a SIZE that is too large', async () => {
    const { port } = await start();
    const session = await openSession(port);
    await session.say('EHLO device.example.com');

    expect(await session.say('MAIL FROM:<device@example.com> SIZE=10001')).toMatch(/^552 5\.3\.4 /);
  });

  it('G16 answers 552 5.3.4 to an over-size mail without SIZE, stores nothing, and goes on', async () => {
    const { port, raw, arrival } = await start();
    const session = await openTransaction(port, 'capture@in.example.com');
    await session.say('DATA');

    session.write(`${'x'.repeat(78)}\r\n`.repeat(20_000));
    expect(await session.say('.')).toMatch(/^552 5\.3\.4 /);

    expect(raw.objects.size).toBe(0);
    expect(arrival.published).toEqual([]);
    expect(await session.say('MAIL FROM:<device@example.com>')).toMatch(/^250 /);
  });

  it.each([
    ['B19 a full disk gets 452 4.3.1', new TransientMailError('ERR_DISK_FULL', 'no room'), /^452 4\.3\.1 /],
    ['a store that fails gets 451 4.3.0', new Error('broken'), /^451 4\.3\.0 /],
  ])('%s, nothing is announced, and the session goes on', async (_name, error, answer) => {
    const { port, raw, arrival } = await start();
    raw.failure = { error, afterBytes: 3000 };
    const session = await openTransaction(port, 'capture@in.example.com');
    await session.say('DATA');

    session.write(`${'x'.repeat(78)}\r\n`.repeat(100));
    expect(await session.say('.')).toMatch(answer);

    expect(arrival.published).toEqual([]);
    expect(raw.objects.size).toBe(0);
    raw.failure = undefined;
    await session.say('MAIL FROM:<device@example.com>');
    await session.say('RCPT TO:<capture@in.example.com>');
    await session.say('DATA');
    expect(await session.say(`${mail}.`)).toMatch(/^250 /);
  });

  it('answers 451 4.3.0 when the mail cannot be announced, and removes it', async () => {
    const { port, raw, arrival } = await start();
    arrival.failure = new TransientMailError('ERR_TOPIC_UNAVAILABLE', 'down');
    const session = await openTransaction(port, 'capture@in.example.com');
    await session.say('DATA');

    expect(await session.say(`${mail}.`)).toMatch(/^451 4\.3\.0 /);
    expect(raw.objects.size).toBe(0);
  });

  it('asks for a known user when users are set', async () => {
    const { port } = await start({ users: [{ user: 'printer', password: 'secret' }] });
    const session = await openSession(port);
    await session.say('EHLO device.example.com');

    expect(await session.say('MAIL FROM:<device@example.com>')).toMatch(/^530 /);
    expect(await session.say(`AUTH PLAIN ${base64('\0printer\0wrong')}`)).toMatch(/^535 5\.7\.8 /);
    expect(await session.say(`AUTH PLAIN ${base64('\0printer\0secret')}`)).toMatch(/^235 /);
    expect(await session.say('MAIL FROM:<device@example.com>')).toMatch(/^250 /);
  });

  it('takes no password without TLS when others can reach the port', async () => {
    const { port } = await start({ isLoopback: false, users: [{ user: 'printer', password: 'secret' }] });
    const session = await openSession(port);
    await session.say('EHLO device.example.com');

    expect(await session.say(`AUTH PLAIN ${base64('\0printer\0secret')}`)).toMatch(/^538 /);
  });
});

describe('SMTP inlet: connections that end', () => {
  it('G15 stores nothing when the connection breaks within DATA, and serves the next client', async () => {
    const { port, raw, arrival, inlet } = await start();
    const session = await openTransaction(port, 'capture@in.example.com');
    await session.say('DATA');
    session.write(mail);
    session.socket.resetAndDestroy();
    await session.closed();

    await inlet.stop(5000);

    expect(raw.objects.size).toBe(0);
    expect(arrival.published).toEqual([]);
  });

  it('G15 ends a session whose command line is 70 KB long with 421', async () => {
    const { port } = await start();
    const session = await openSession(port);

    expect(await session.say('x'.repeat(70_000))).toMatch(/^421 /);
  });

  it('G15 runs no command that came in plain text behind STARTTLS', async () => {
    const { port } = await start();
    const plain = await openSession(port);
    await plain.say('EHLO device.example.com');
    expect(await plain.say('STARTTLS\r\nMAIL FROM:<evil@example.com>')).toMatch(/^220 /);
    const session = await plain.upgrade();

    expect(await session.say('RCPT TO:<capture@in.example.com>')).toMatch(/^503 /);
  });

  it('B23 stopping answers 421 to idle sessions and to new ones, and lets a mail that is coming in finish', async () => {
    const { port, inlet, raw } = await start();
    const idle = await openSession(port);
    const session = await openTransaction(port, 'capture@in.example.com');
    await session.say('DATA');

    const stopped = inlet.stop(10_000);
    expect(await idle.reply()).toMatch(/^421 4\.3\.2 /);
    expect(await readGreeting(port)).toMatch(/^421 4\.3\.2 /);
    expect(await session.say(`${mail}.`)).toMatch(/^250 2\.0\.0 /);
    await stopped;

    expect(raw.objects.size).toBe(1);
    await Promise.all([idle.closed(), session.closed()]);
  });
});
