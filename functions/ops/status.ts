import { z } from 'zod';
import { readLocalConfig } from '../../shared/runtime/local-config.ts';
import type { Command } from './command.ts';
import { parseOptions } from './parse-options.ts';
import { findRunning, notRunning } from './running.ts';

const queuesSchema = z.array(
  z.object({
    name: z.string(),
    messageCount: z.number(),
    inFlightCount: z.number(),
    oldestAgeSeconds: z.number().optional(),
    deadLetterCount: z.number(),
  }),
);
const alarmsSchema = z.array(z.object({ name: z.string(), state: z.string(), value: z.number().optional() }));
const mailsSchema = z.array(
  z.object({
    receivedAt: z.string(),
    state: z.string(),
    code: z.string().optional(),
    recipientCount: z.number(),
    partCount: z.number(),
    subject: z.string().optional(),
  }),
);

/** Shows queues, alarms that ring and the last mails of the runtime that is up on the data folder. */
export const status: Command = async (args, { environment, print, printError }) => {
  parseOptions(args, {});
  const config = readLocalConfig(environment);
  const running = await findRunning(config);
  if (running === undefined) {
    printError(notRunning(config));
    return 1;
  }
  const queues = queuesSchema.parse(await running.get('/api/queues'));
  const alarms = alarmsSchema.parse(await running.get('/api/alarms'));
  const mails = mailsSchema.parse(await running.get('/api/inbound?limit=10'));
  print(`console  ${running.endpoints.http}/`);
  print(`SMTP     ${running.endpoints.smtp.host}:${running.endpoints.smtp.port}\n`);
  print(table(['queue', 'messages', 'in work', 'oldest s', 'dead'], queues.map(toQueueRow)));
  for (const { name, value } of alarms.filter(({ state }) => state === 'alarm')) print(`ALARM ${name}: ${value ?? ''}`);
  print(
    mails.length === 0
      ? '\nno mail yet'
      : `\n${table(['received', 'state', 'to', 'files', 'subject'], mails.map(toMailRow))}`,
  );
  return 0;
};

function toQueueRow(queue: z.infer<typeof queuesSchema>[number]): readonly string[] {
  const { name, messageCount, inFlightCount, oldestAgeSeconds = 0, deadLetterCount } = queue;
  return [name, `${messageCount}`, `${inFlightCount}`, `${Math.round(oldestAgeSeconds)}`, `${deadLetterCount}`];
}

function toMailRow(mail: z.infer<typeof mailsSchema>[number]): readonly string[] {
  const { receivedAt, state, code, recipientCount, partCount, subject = '' } = mail;
  return [
    receivedAt,
    code === undefined ? state : `${state} ${code}`,
    `${recipientCount}`,
    `${partCount}`,
    forTerminal(subject),
  ];
}

/** A stranger's text must not steer the terminal. */
function forTerminal(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 60);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_name, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
