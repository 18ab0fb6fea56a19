import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { openCertificate } from '../../infra/local/smtp/certificate.ts';
import { type SubmittedFile, submitMail } from '../../shared/adapters/mail/smtp-submit.ts';
import { isAddress } from '../../shared/mail/address.ts';
import { type LocalConfig, readLocalConfig } from '../../shared/runtime/local-config.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { followMail } from './follow-mail.ts';
import { parseOptions } from './parse-options.ts';
import { recipientLine } from './recipient-line.ts';
import { findRunning, notRunning, type Running } from './running.ts';

const options = {
  to: { type: 'string', default: 'capture@in.example.com' },
  from: { type: 'string', default: 'device@example.com' },
  recipients: { type: 'string' },
  attach: { type: 'string', multiple: true },
  subject: { type: 'string', default: 'Hello from Lightermail' },
  text: { type: 'string', default: 'The file that belongs to this mail is behind the link.' },
} as const;

const sample = 'time,temperature\n2026-01-01T00:00:00Z,21.5\n2026-01-01T01:00:00Z,21.3\n';

interface Envelope {
  readonly from: string;
  readonly to: string;
  readonly recipients: readonly string[];
}

/** Sends one mail to the runtime that is up on the data folder, and tells what becomes of it. */
export const send: Command = async (args, context) => {
  const given = parseOptions(args, options);
  const envelope = toEnvelope(given.from, given.to, given.recipients);
  const files = await toFiles(given.attach);
  const config = readLocalConfig(context.environment);
  const running = await findRunning(config);
  if (running === undefined) {
    context.printError(notRunning(config));
    return 1;
  }
  const list = await recipientLine(config.routesPath, envelope.to, envelope.recipients);
  const text = list === undefined ? given.text : `${given.text}\n\n${list}\n`;
  const answer = await submit(config, running, { ...envelope, subject: given.subject, text, files });
  context.print(`the server answered: ${answer}`);
  return follow(running, answer, context);
};

/** @throws UsageError for what is not an address */
function toEnvelope(from: string, to: string, recipients: string | undefined): Envelope {
  const list = (recipients ?? '').split(/[,;\s]+/).filter((address) => address !== '');
  for (const address of [from, to, ...list]) {
    if (!isAddress(address)) throw new UsageError(`"${address}" is not an e-mail address`);
  }
  return { from, to, recipients: list };
}

/** @throws UsageError for what cannot be read */
async function toFiles(paths: readonly string[] | undefined): Promise<readonly SubmittedFile[]> {
  if (paths === undefined) return [{ fileName: 'sample.csv', source: { bytes: Buffer.from(sample) } }];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) throw new UsageError(`--attach ${path}: no such file`);
  }
  return paths.map((path) => ({ fileName: basename(path), source: { path } }));
}

async function submit(
  config: LocalConfig,
  { endpoints }: Running,
  mail: { from: string; to: string; subject: string; text: string; files: readonly SubmittedFile[] },
): Promise<string> {
  const { cert } = await openCertificate(config.dataFolder, new Date());
  const [user] = config.smtpUsers;
  const endpoint = { ...endpoints.smtp, certificate: cert, ...(user === undefined ? {} : { credentials: user }) };
  return submitMail(endpoint, mail);
}

async function follow(running: Running, answer: string, { print }: CommandContext): Promise<number> {
  const id = /queued as (\S+)/.exec(answer)?.[1];
  const lines = id === undefined ? [] : await followMail(running, id);
  for (const line of lines) print(line);
  print(`look at it: ${running.endpoints.http}/`);
  return 0;
}
