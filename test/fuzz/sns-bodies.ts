/**
 * Posts 100,000 (or as many as asked) changed messages of SNS to the subscriber's app. A failure is any answer of 5xx,
 * and any 200 to a body that does not say, in its signed fields, exactly what a signed message said.
 * Run: `node test/fuzz/sns-bodies.ts [count] [seed]`.
 */
import { randomInt } from 'node:crypto';
import { createManualClock } from '../support/manual-clock.ts';
import { certificateUrl, makeSigner, sampleFields, signMessage, snsTypes } from '../support/sns-signer.ts';
import { openWebhookDesk } from '../support/webhook-desk.ts';
import { createRandom, type Random } from './random.ts';

type Fields = Record<string, unknown>;

const tricks = [
  ...['', ' ', '\n', '\u0000', '\ufeff', '\ud800', '"', '\\', '{', '[', 'null', 'true', '1', '1e999', '-0', '[]', '{}'],
  ...['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation', 'Subject', '\nSubject\nx', '1', '2', '3'],
  ...['__proto__', 'constructor', 'toString', 'A'.repeat(5000), 'AAAA', '====', '2026-11-22T08:00:00.000Z', '0000'],
  ...[certificateUrl, `${certificateUrl}#`, `${certificateUrl}?a`, certificateUrl.replace('https', 'http')],
  ...[certificateUrl.replace('.com/', '.com@evil.example/'), certificateUrl.replace('.com/', '.com.evil.example/')],
  ...[certificateUrl.replace('eu-west-1', 'us-east-1'), certificateUrl.replace('/Simple', '/../Simple')],
  ...['http://169.254.169.254/', 'file:///etc/passwd', '//evil.example/', 'arn:aws:sns:eu-west-1:1:x'],
];

const namesOfAll = [
  ...['Type', 'Message', 'MessageId', 'Timestamp', 'TopicArn', 'SignatureVersion', 'SigningCertURL', 'Signature'],
];
const confirmationNames = [...namesOfAll, 'SubscribeURL', 'Token'];
const allNames = [...confirmationNames, 'Subject'];

/** What is signed in a message of a type; a name of another type's is no part of it. */
const namesOf = (type: unknown) => (type === 'Notification' ? [...namesOfAll, 'Subject'] : confirmationNames);

function mutated(random: Random, originals: readonly Fields[]): Buffer {
  const fields = { ...random.pick(originals) };
  if (random.below(3) === 0) return bytesChanged(random, Buffer.from(JSON.stringify(fields)));
  for (let change = random.below(3); change >= 0; change -= 1) changeField(random, fields, random.pick(originals));
  const text = JSON.stringify(fields);
  if (random.below(4) > 0) return Buffer.from(text);
  return random.below(2) === 0 ? Buffer.from(withSecondKey(random, text)) : bytesChanged(random, Buffer.from(text));
}

function changeField(random: Random, fields: Fields, other: Fields): void {
  const name = random.pick(allNames);
  const value = String(fields[name] ?? '');
  const at = random.below(value.length + 1);
  const changes: readonly (() => void)[] = [
    () => delete fields[name],
    () => {
      fields[name] = random.pick(tricks);
    },
    () => {
      fields[name] = other[name];
    },
    () => {
      fields[name] = value.slice(0, at) + random.pick(tricks) + value.slice(at);
    },
    () => {
      fields[name] = value.slice(0, at);
    },
    () => {
      fields[name] = random.pick([null, 1, true, [value], { value }, value.toUpperCase(), ` ${value}`, `${value}\n`]);
    },
    () => {
      fields[random.pick(['MessageAttributes', 'UnsubscribeURL', '__proto__x', 'extra'])] = random.pick(tricks);
    },
  ];
  random.pick(changes)();
}

/** JSON lets a name stand twice; whoever reads the first one and verifies the second one is fooled. */
function withSecondKey(random: Random, text: string): string {
  const pair = `${JSON.stringify(random.pick(allNames))}:${JSON.stringify(random.pick(tricks))}`;
  return random.below(2) === 0 ? `{${pair},${text.slice(1)}` : `${text.slice(0, -1)},${pair}}`;
}

function bytesChanged(random: Random, bytes: Buffer): Buffer {
  let changed = bytes;
  for (let change = random.below(4); change >= 0; change -= 1) {
    const at = random.below(changed.length);
    const until = at + random.below(12);
    const middle = random.pick([random.bytes(random.below(6)), Buffer.alloc(0), changed.subarray(at, until)]);
    changed = Buffer.concat([changed.subarray(0, at), middle, changed.subarray(random.pick([at, at + 1, until]))]);
  }
  return changed;
}

/** Whether a body says what one of the originals said, whatever stands in it that is not signed. */
function isUnchanged(body: Buffer, originals: readonly Fields[]): boolean {
  const said = JSON.parse(body.toString('utf8')) as Fields;
  return originals.some((original) => namesOf(said.Type).every((name) => said[name] === original[name]));
}

export interface SnsFuzzResult {
  readonly statuses: Readonly<Record<number, number>>;
  /** Bodies that were believed because only what is not signed had been changed. */
  readonly unchangedCount: number;
  readonly problems: readonly string[];
}

/** The same seed changes the same messages in the same way; keys are made anew. */
export async function fuzzSnsBodies(count: number, seed: number): Promise<SnsFuzzResult> {
  const clock = createManualClock();
  const signer = await makeSigner();
  const endless = { burst: 1e9, perSecond: 1e9 };
  const { app, logLines } = openWebhookDesk({ signer, clock, limits: { perClient: endless } });
  const originals = snsTypes.flatMap((type) =>
    (['1', '2'] as const).map((version) => signMessage(signer, sampleFields(type, clock.now(), version))),
  );
  const statuses: Record<number, number> = {};
  const problems: string[] = [];
  let unchangedCount = 0;
  for (let index = 0; index < count; index += 1) {
    const body = mutated(createRandom(seed, index), originals);
    const { status } = await app.request('/sns', { method: 'POST', body });
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status >= 500) problems.push(`${index}: answered ${status}`);
    if (status === 200 && isUnchanged(body, originals)) unchangedCount += 1;
    else if (status === 200) problems.push(`${index}: believed`);
    logLines.length = 0;
  }
  return { statuses, unchangedCount, problems };
}

if (import.meta.main) {
  const count = Number(process.argv[2] ?? 100_000);
  const seed = Number(process.argv[3] ?? randomInt(1_000_000));
  const begunMs = performance.now();
  const { statuses, unchangedCount, problems } = await fuzzSnsBodies(count, seed);
  const seconds = ((performance.now() - begunMs) / 1000).toFixed(0);
  console.log(`${count} bodies, seed ${seed}, ${seconds} s:`, statuses);
  console.log(`${unchangedCount} believed whose signed fields were as they had been signed`);
  console.log(problems.length === 0 ? 'no 5xx, nothing else believed' : `FAILED: ${problems.slice(0, 20).join('; ')}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
