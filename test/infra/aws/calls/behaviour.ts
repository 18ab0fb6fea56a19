import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import PostalMime from 'postal-mime';
import { type FunctionName, functions } from '../../../../infra/topology.ts';
import { identity, routes as mailRoutes } from '../../../aws/mails.ts';
import { accessKeyOf, type FunctionLab } from './function-lab.ts';
import { withEmailId, withFiles } from './made-mail.ts';
import { ask, follow, linkTokens } from './visitor.ts';

const shared = { identity, allowedSenders: ['*@example.com'], requireAuth: 'none' };
const fixed = { from: 'fixed', to: ['ops@example.com'] };

/** The routes of the run: those of the hundred mails, and one for each further way that a mail can go. */
export const behaviourRoutes = [
  ...mailRoutes,
  {
    ...shared,
    allowedSenders: ['*@example.org'],
    id: 'whole',
    address: 'whole@in.example.com',
    recipients: fixed,
    signed: 'intact',
  },
  {
    ...shared,
    id: 'presigned',
    address: 'presigned@in.example.com',
    recipients: fixed,
    links: 'presigned',
    linkExpirySeconds: 3600,
  },
  { ...shared, id: 'scanned', address: 'scanned@in.example.com', recipients: fixed, scan: { verdict: 'required' } },
  {
    ...shared,
    id: 'reminded',
    address: 'reminded@in.example.com',
    // Somebody who fetches nothing.
    recipients: { from: 'fixed', to: ['idle@example.com'] },
    remindAfterSeconds: 60,
    maxRemindersPerHour: 1,
  },
  { ...shared, id: 'once', address: 'once@in.example.com', recipients: fixed, maxDownloads: 1 },
  {
    ...shared,
    id: 'rare',
    address: 'rare@in.example.com',
    recipients: fixed,
    maxMailsPerHour: 1,
    maxMailsPerSenderPerHour: 1,
  },
];

const events = resolve(import.meta.dirname, '../../../../events');

/**
 * Has every function do everything it does: mail along every route, every kind of event, what no function can take,
 * links opened in every way, archives, scans, time that passes. What the network and the services do to them is done to
 * them too: answers that break off, objects that are gone, a store that refuses.
 */
export async function behave(lab: FunctionLab): Promise<void> {
  // What was stored before its first run is none of the reconciler's business.
  await lab.pass(0, 'reconciler');
  await takeMails(lab);
  await takeSamples(lab);
  await meetRefusals(lab);
  await openLinks(lab);
  await letTimePass(lab);
}

const partBytes = 5 * 1024 * 1024;

/** One mail for each way that mail can go: to every kind of recipient at once, and along every route. */
async function takeMails(lab: FunctionLab): Promise<void> {
  const everyEnd = ['ann', 'lost-1', 'throttle-1', 'reject-1'].map((name) => `${name}@example.com`);
  const simulated = ['bounce', 'complaint'].map((name) => `${name}@simulator.amazonses.com`);
  const list = `:Email_Rxers_Code:[${[...everyEnd, ...simulated].join(', ')}]:Email_Rxers_Code:`;
  loseFirstEvents(lab);
  const key = await lab.arrive('default', withFiles(list, 2, 1000));
  await lab.announce([key]);
  await lab.arrive('default', withFiles('nobody is named', 1, 1000));
  await lab.arrive('whole', readFileSync(join(events, 'mail/signed-smime.eml')));
  for (const routeId of ['presigned', 'scanned', 'once', 'rare', 'rare', 'reminded', 'reminded'])
    await lab.arrive(routeId, withFiles('hello', 2, 1000));
  await lab.arrive('fixed', withFiles('large', 2, 1.2 * partBytes));
  await lab.announce(['raw/default/was-never-there']);
  await lab.drain();
  await breakUploads(lab);
}

/** What could not be told waits in the outbox, for the sweeper: the first event of each topic of events. */
function loseFirstEvents(lab: FunctionLab): void {
  const told = new Set<string>();
  lab.recorder.interfere(({ body }) => {
    const topic = /TopicArn=[^&]*%3A((?:EmailEvents|Processed)Topic\w+)/.exec(body.toString('latin1'))?.[1];
    if (topic === undefined || told.has(topic)) return undefined;
    told.add(topic);
    return { do: 'refuse', name: 'AuthorizationError', message: 'not now' };
  });
}

/** Two uploads in parts whose source breaks off: a file, and a mail that goes on whole, which is read a second time. */
async function breakUploads(lab: FunctionLab): Promise<void> {
  const cutAt = new Map([
    ['cut-first', 1],
    ['cut-second', 2],
  ]);
  const seen = new Map<string, number>();
  lab.recorder.interfere(({ method, path }) => {
    const name = [...cutAt.keys()].find((one) => path.includes(one));
    if (method !== 'GET' || name === undefined) return undefined;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return seen.get(name) === cutAt.get(name) ? { do: 'cut' } : undefined;
  });
  await lab.arrive('fixed', withFiles('cut', 1, 2.4 * partBytes), 'cut-first');
  await lab.arrive('whole', signedMail(Buffer.alloc(2.4 * partBytes, 'x')), 'cut-second');
  await lab.drain();
}

/** The sample of signed mail, its attachment made so large. */
function signedMail(content: Buffer): Buffer {
  const sample = readFileSync(join(events, 'mail/signed-smime.eml'), 'utf8');
  const lines = content.toString('base64').replace(/.{76}/g, '$&\n');
  return Buffer.from(sample.replace('dGltZSxiYXIKMDg6MDAsNC4yCjA4OjE1LDQuMwo=', lines));
}

/** Events about an email that there is and about one that there is not yet, and what no function can take. */
async function takeSamples(lab: FunctionLab): Promise<void> {
  const emailId = lab.taken[0]?.emailTags.email_id ?? '';
  const told = ['open', 'click', 'delay'].map((name) => readFileSync(join(events, `ses-event/${name}.json`), 'utf8'));
  await lab.queues.engagement.send([...told, ...told.map((body) => withEmailId(body, emailId))]);
  for (const queue of Object.values(lab.queues)) await queue.send(['{"is":"no job"}']);
  await lab.queues.links.send([JSON.stringify(scanResult(lab))]);
  await lab.drain();
}

/** The store refuses each function once for now, and once for good: its job is handed back, and given up. */
async function meetRefusals(lab: FunctionLab): Promise<void> {
  const fed = Object.entries(functions).flatMap(([name, { source }]) =>
    source === undefined ? [] : [name as FunctionName],
  );
  for (const refusal of [
    { name: 'AccessDeniedException', message: 'not now' },
    { name: 'ValidationException', message: 'Item size has exceeded the maximum allowed size' },
  ]) {
    const left = new Set(fed.map(accessKeyOf));
    lab.recorder.interfere(({ headers }) => {
      const key = /Credential=([^/]+)/.exec(String(headers.authorization))?.[1] ?? '';
      const isStore = String(headers['x-amz-target']).startsWith('DynamoDB_');
      return isStore && left.delete(key) ? { do: 'refuse' as const, ...refusal } : undefined;
    });
    const emailId = lab.taken[0]?.emailTags.email_id ?? '';
    await lab.announce([lab.arrived[0] ?? '']);
    await lab.queues.outbound.send([JSON.stringify({ v: 1, emailId })]);
    await lab.queues.engagement.send([withEmailId(readFileSync(join(events, 'ses-event/open.json'), 'utf8'), emailId)]);
    await lab.queues.links.send([JSON.stringify(scanResult(lab))]);
    await lab.drain();
  }
  lab.recorder.interfere(() => undefined);
}

/** @see https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html */
function scanResult(lab: FunctionLab) {
  const put = lab.recorder.requests.find(({ method, path }) => method === 'PUT' && path.includes('/files/'));
  const [, bucketName = '', ...key] = new URL(put?.path ?? '/', 'http://host').pathname.split('/');
  const s3ObjectDetails = { bucketName, objectKey: key.join('/') };
  const detail = { s3ObjectDetails, scanResultDetails: { scanResultStatus: 'NO_THREATS_FOUND' } };
  return { source: 'aws.guardduty', 'detail-type': 'GuardDuty Malware Protection Object Scan Result', detail };
}

async function openLinks(lab: FunctionLab): Promise<void> {
  const tokens = await mailedTokens(lab);
  for (const token of tokens) await useLink(lab, token);
  await ask(lab, 'GET', `/f/${'A'.repeat(32)}`);
  // A file goes while its archive waits to be made, and while its link is opened.
  const [, second] = uploadedInParts(lab);
  await lab.stores.files.delete(second ?? '');
  await lab.drain();
  for (const token of tokens) await useLink(lab, token);
}

/** One link of each mail that reached a person; a presigned one is followed at once, with its signer's authority. */
async function mailedTokens(lab: FunctionLab): Promise<readonly string[]> {
  const tokens = new Map<string, string>();
  for (const { mime, rcptTo, emailTags } of lab.taken) {
    const { text = '' } = await PostalMime.parse(mime);
    for (const [url] of text.matchAll(/http:\/\/127\.0\.0\.1:\d+\/\S+X-Amz-Signature=\w+\S*/g)) await follow(url);
    const found = await linkTokens(mime);
    const isPerson = ['ops@example.com', 'ann@example.com'].includes(rcptTo);
    if (isPerson) for (const token of found.slice(-1)) tokens.set(emailTags.email_id ?? '', token);
  }
  return [...tokens.values()];
}

/** The keys of files that were stored in parts, in their order. */
function uploadedInParts(lab: FunctionLab): readonly string[] {
  const begun = lab.recorder.requests.filter(({ method, path }) => method === 'POST' && path.includes('uploads'));
  return begun.map(({ path }) => new URL(path, 'http://host').pathname.split('/').slice(2).join('/'));
}

/** What a person does with a link, twice, and what a scanner does. */
async function useLink(lab: FunctionLab, token: string): Promise<void> {
  await ask(lab, 'GET', `/f/${token}`);
  await ask(lab, 'HEAD', `/f/${token}`);
  await ask(lab, 'GET', `/f/${token}/preview`);
  for (const path of [`/f/${token}`, `/f/${token}/zip`]) {
    const pressed = await ask(lab, 'POST', path);
    const granted = /(?:^|\/)(d\/[\w-]+)$/.exec(pressed.headers.location ?? '')?.[1];
    if (granted === undefined) continue;
    const given = await ask(lab, 'GET', `/f/${token}/${granted}`);
    if (given.headers.location?.startsWith('http')) await follow(given.headers.location);
  }
  await ask(lab, 'GET', `/f/${token}/zip`);
  await ask(lab, 'POST', `/f/${token}/ask`);
}

/** Minutes for what waits to be sent again, its message gone; an hour for events without an email; the end of links. */
async function letTimePass(lab: FunctionLab): Promise<void> {
  await lab.store('fixed', withFiles('its arrival is lost', 1, 1000));
  await lab.stores.files.delete(`mime/${waitingEmail(lab)}`);
  for (const seconds of [61, 3700, 3 * 86_400]) {
    await lab.pass(seconds);
    await lab.drain();
  }
  for (const token of (await mailedTokens(lab)).slice(0, 2)) await useLink(lab, token);
  await findLostMail(lab);
}

/** The email that SES's rate has made wait. */
function waitingEmail(lab: FunctionLab): string {
  const throttled = lab.recorder.requests.find(({ path, status }) => path.startsWith('/v2/email/') && status === 429);
  const { EmailTags } = JSON.parse(throttled?.body.toString() ?? '{}') as {
    EmailTags: { Name: string; Value: string }[];
  };
  return EmailTags.find(({ Name }) => Name === 'email_id')?.Value ?? '';
}

/** The reconciler announces it, in vain as long as nobody listens, tells the operators, and sees it end at last. */
async function findLostMail(lab: FunctionLab): Promise<void> {
  for (let run = 0; run < 5; run += 1) await lab.pass(1801, 'reconciler');
  await lab.drain();
  await lab.pass(1801, 'reconciler');
}
