import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createTransport, type Transporter } from 'nodemailer';
import { seededRandom } from '../support/seeded-random.ts';
import { type Faults, type Judge, startJudge } from './judge.ts';
import { type KilledRuntime, killedRuntime } from './killed-runtime.ts';

export interface ChaosOptions {
  readonly mails: number;
  readonly seed: number;
  readonly faults: Faults;
  /** About how often the process is ended; 0: never. */
  readonly killEveryMs: number;
  /** How long an uncertain email waits for its event. */
  readonly uncertainSeconds: number;
  /** The run gives up after this. */
  readonly longestMs: number;
  /** Sends a second. */
  readonly rate: number;
}

export interface ChaosResult {
  readonly mails: number;
  readonly acknowledged: number;
  readonly emails: number;
  /** Acknowledged, never accepted by the judge, and not kept for an operator either. */
  readonly lost: number;
  /** Uncertain twice: in the dead letters, flagged, for an operator to decide; a third send is never made. */
  readonly parked: number;
  readonly duplicates: number;
  /** Accepted twice, and not flagged in their record. */
  readonly unflaggedDuplicates: number;
  /** Accepted twice although every event of theirs came. */
  readonly duplicatesWithEvents: number;
  readonly flagged: number;
  readonly deadLetters: number;
  /** Not accepted and not at an end: what the run was too short for. */
  readonly open: number;
  readonly kills: number;
  readonly posts: number;
  readonly attemptsOfRecords: number;
  readonly resets: number;
  readonly internalErrors: number;
  readonly tooMany: number;
  readonly eventsWithheld: number;
  readonly mostPerSecond: number;
  readonly seconds: number;
}

const submittersAtOnce = 4;
const settleLookMs = 500;

/**
 * Mails go in by SMTP while the process that takes and sends them is ended again and again; the judge at the other end
 * counts what it accepted. Ends by itself, and ends only what it started.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const folder = await mkdtemp(join(tmpdir(), 'lightermail-chaos-'));
  const judge = await startJudge(options.seed, options.faults);
  const runtime = killedRuntime(join(folder, 'data'), {
    LIGHTERMAIL_SMTP_PORT: '0',
    LIGHTERMAIL_HTTP_PORT: '0',
    LIGHTERMAIL_SES_ENDPOINT: judge.url,
    LIGHTERMAIL_UNCERTAIN_SECONDS: String(options.uncertainSeconds),
    LIGHTERMAIL_MAX_SEND_RATE: String(options.rate),
    LIGHTERMAIL_LOG_LEVEL: 'warn',
  });
  const began = performance.now();
  const stopping = new AbortController();
  const endAt = began + options.longestMs;
  try {
    await runtime.start();
    const killing = killAgainAndAgain(runtime, options, stopping.signal);
    const acknowledged = await submitAll(runtime, options, endAt);
    await waitFor(() => isSettled(join(folder, 'data'), judge, options.mails), endAt - (endAt - began) / 4);
    stopping.abort();
    const kills = await killing;
    await waitFor(() => isSettled(join(folder, 'data'), judge, options.mails), endAt);
    await runtime.kill();
    return judged(join(folder, 'data'), judge, options, acknowledged, kills, performance.now() - began);
  } finally {
    stopping.abort();
    await runtime.kill();
    await judge.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function killAgainAndAgain(
  runtime: KilledRuntime,
  { seed, killEveryMs }: ChaosOptions,
  signal: AbortSignal,
): Promise<number> {
  const random = seededRandom(seed + 1);
  let kills = 0;
  while (killEveryMs > 0) {
    await pause(killEveryMs * (0.5 + random()), signal);
    if (signal.aborted) break;
    await runtime.kill();
    kills += 1;
    await runtime.start();
  }
  return kills;
}

/** Submits until each mail has its 250; a mail whose connection broke is submitted again, as clients do. */
async function submitAll(runtime: KilledRuntime, { mails }: ChaosOptions, endAt: number): Promise<number> {
  let [next, acknowledged] = [0, 0];
  const submitter = async () => {
    let transport: Transporter | undefined;
    let port = 0;
    for (let number = next++; number < mails; number = next++) {
      for (let done = false; !done && performance.now() < endAt; ) {
        if (transport === undefined || port !== runtime.smtpPort()) {
          transport?.close();
          port = runtime.smtpPort();
          transport = createTransport({ host: '127.0.0.1', port, pool: true, maxConnections: 1, ignoreTLS: true });
        }
        done = await submit(transport, number);
        if (done) acknowledged += 1;
        else await pause(50);
      }
    }
    transport?.close();
  };
  await Promise.all(Array.from({ length: submittersAtOnce }, submitter));
  return acknowledged;
}

async function submit(transport: Transporter, number: number): Promise<boolean> {
  const raw = `From: device@example.com\r\nSubject: chaos ${number}\r\n\r\nmail ${number}\r\n:Email_Rxers_Code:[reader@example.org]:Email_Rxers_Code:\r\n`;
  try {
    await transport.sendMail({ envelope: { from: 'device@example.com', to: ['capture@in.example.com'] }, raw });
    return true;
  } catch {
    return false;
  }
}

interface Stored {
  readonly emails: Map<string, { state: string; possibleDuplicate: boolean; attempts: number; subject: string }>;
  readonly deadLetters: number;
  readonly messages: number;
}

/** What the records say, read from the data of the process without asking it. */
function readStored(dataFolder: string): Stored {
  const database = new DatabaseSync(join(dataFolder, 'lightermail.db'), { readOnly: true });
  try {
    database.exec('PRAGMA busy_timeout = 5000');
    const rows = database.prepare("SELECT * FROM records WHERE pk LIKE 'EMAIL#%' AND sk = 'STATE'").all();
    const count = (table: string) => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? 0);
    const emails: Stored['emails'] = new Map();
    for (const row of rows) {
      const record = JSON.parse(String(row.document));
      emails.set(String(row.pk).slice('EMAIL#'.length), record);
    }
    return { emails, deadLetters: count('dead_letters'), messages: count('messages') };
  } finally {
    database.close();
  }
}

const ends = ['sent', 'delivered', 'failed', 'suppressed', 'bounced'];

function isSettled(dataFolder: string, judge: Judge, mails: number): boolean {
  const { emails, messages } = readStored(dataFolder);
  if (emails.size < mails || messages > 0 || judge.waitingEvents() > 0) return false;
  return [...emails.values()].every(({ state, possibleDuplicate }) => {
    return ends.includes(state) || (state === 'uncertain' && possibleDuplicate);
  });
}

function judged(
  dataFolder: string,
  judge: Judge,
  { mails }: ChaosOptions,
  acknowledged: number,
  kills: number,
  elapsedMs: number,
): ChaosResult {
  const { emails, deadLetters } = readStored(dataFolder);
  const arrived = new Set(judge.subjects.values());
  const twice = [...judge.accepted].filter(([, times]) => times > 1).map(([emailId]) => emailId);
  const subjects = Array.from({ length: mails }, (_, number) => `chaos ${number}`);
  const parked = [...emails.values()].filter(
    ({ state, possibleDuplicate }) => state === 'uncertain' && possibleDuplicate,
  );
  const parkedSubjects = new Set(parked.map(({ subject }) => subject));
  const isFlagged = (emailId: string) => emails.get(emailId)?.possibleDuplicate === true;
  const { posts, resets, internalErrors, tooMany, mostPerSecond } = judge.counts;
  return {
    ...{ mails, acknowledged, emails: emails.size },
    lost: subjects.filter((subject) => !arrived.has(subject) && !parkedSubjects.has(subject)).length,
    parked: parked.length,
    duplicates: twice.length,
    unflaggedDuplicates: twice.filter((emailId) => !isFlagged(emailId)).length,
    duplicatesWithEvents: twice.filter((emailId) => !judge.withheld.has(emailId)).length,
    flagged: [...emails.keys()].filter(isFlagged).length,
    deadLetters,
    open: [...emails].filter(([emailId, { state }]) => !judge.accepted.has(emailId) && !ends.includes(state)).length,
    ...{ kills, posts },
    attemptsOfRecords: [...emails.values()].reduce((sum, { attempts }) => sum + attempts, 0),
    ...{ resets, internalErrors, tooMany, eventsWithheld: judge.withheld.size, mostPerSecond },
    seconds: Math.round(elapsedMs / 1000),
  };
}

async function waitFor(condition: () => boolean, endAt: number): Promise<void> {
  while (!condition() && performance.now() < endAt) await pause(settleLookMs);
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
