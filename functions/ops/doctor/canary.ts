import { type EmailState, finalMailStates, type MailState } from '../../../shared/contracts/records.ts';
import type { Route } from '../../../shared/contracts/route.ts';
import type { Timer } from '../../../shared/ports/timer.ts';
import { type Finding, findingsOf } from './finding.ts';

/** A canary's way, as far as the records tell. */
export interface CanarySighting {
  readonly mailId: string;
  readonly state: MailState;
  readonly code?: string | undefined;
  readonly emails: readonly {
    readonly rcptTo: string;
    readonly state: EmailState;
    readonly code?: string | undefined;
  }[];
}

export interface CanaryMail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface CanaryPorts {
  /** Hands the mail in where the world does; answers the server's last reply. Throws when it was not taken. */
  submit(mail: CanaryMail): Promise<string>;
  /** Looks for the mail in the records, by the id that the server answered, or by its subject. */
  find(reply: string, subject: string): Promise<CanarySighting | undefined>;
  readonly timer: Timer;
  readonly newId: () => string;
  readonly showProgress: (text: string) => void;
}

export interface CanaryOrder {
  readonly route: Route;
  /** The recipient that it is given. */
  readonly recipient: string;
  readonly from: string;
  readonly limitMs: number;
}

const say = findingsOf('canary');
const pauseMs = 1_000;
const delivered: ReadonlySet<EmailState> = new Set(['delivered']);
const lost: ReadonlySet<EmailState> = new Set(['bounced', 'complained', 'failed', 'suppressed', 'canceled']);

/**
 * Mails a monitored address as the world does, and waits until the records say that the recipient's server has taken
 * what came of it: the whole way, with every service on it. What it meets tells where the way is broken.
 */
export async function sendCanary(ports: CanaryPorts, order: CanaryOrder): Promise<readonly Finding[]> {
  const { route, recipient } = order;
  const { address: subject } = route;
  const mail = toMail(order, ports.newId());
  const startMs = ports.timer.monotonicMs();
  ports.showProgress(`canary: mailing ${mail.to} …`);
  let reply: string;
  try {
    reply = await ports.submit(mail);
  } catch (error) {
    const told = ((error as { response?: string }).response ?? (error as Error).message).split('\n')[0] ?? '';
    ports.showProgress('');
    return [
      say.error(
        subject,
        `step 1, handing it in: ${told}`,
        'look at the MX record, the receipt rules, and port 25 out of this network',
      ),
    ];
  }
  const found = await watch(ports, { reply, mail, recipient, untilMs: startMs + order.limitMs });
  ports.showProgress('');
  return [judge(subject, recipient, found, Math.round((ports.timer.monotonicMs() - startMs) / 1000))];
}

function toMail({ route, recipient, from }: CanaryOrder, id: string): CanaryMail {
  const { recipients } = route;
  const list = recipients.from === 'body' ? `\n\n${recipients.marker}${recipient}${recipients.marker}\n` : '\n';
  const to = route.address.startsWith('*@') ? `lightermail-canary${route.address.slice(1)}` : route.address;
  const text = `This mail was sent to see that mail arrives. Nothing has to be done about it.${list}`;
  return { from, to, subject: `Lightermail canary ${id}`, text };
}

interface Watched {
  readonly reply: string;
  readonly mail: CanaryMail;
  readonly recipient: string;
  readonly untilMs: number;
}

async function watch(
  ports: CanaryPorts,
  { reply, mail, recipient, untilMs }: Watched,
): Promise<CanarySighting | undefined> {
  let found: CanarySighting | undefined;
  while (ports.timer.monotonicMs() < untilMs) {
    found = (await ports.find(reply, mail.subject)) ?? found;
    if (isOver(found, recipient)) return found;
    const seconds = Math.ceil((untilMs - ports.timer.monotonicMs()) / 1000);
    ports.showProgress(`canary: ${tell(found, recipient)}, ${seconds} s left …`);
    await ports.timer.wait(pauseMs);
  }
  return found;
}

const emailOf = (found: CanarySighting | undefined, recipient: string) =>
  found?.emails.find(({ rcptTo }) => rcptTo.toLowerCase() === recipient.toLowerCase());

function isOver(found: CanarySighting | undefined, recipient: string): boolean {
  if (found === undefined) return false;
  if (found.state !== 'relayed') return finalMailStates.includes(found.state) || found.state === 'stuck';
  const email = emailOf(found, recipient);
  return email === undefined || delivered.has(email.state) || lost.has(email.state);
}

function tell(found: CanarySighting | undefined, recipient: string): string {
  const email = emailOf(found, recipient);
  if (found === undefined) return 'taken over, not yet in the records';
  return email === undefined ? `the mail is ${found.state}` : `the email is ${email.state}`;
}

function judge(subject: string, recipient: string, found: CanarySighting | undefined, seconds: number): Finding {
  if (found === undefined) {
    return say.error(
      subject,
      `step 2, arrival: the server took it, the records know nothing after ${seconds} s`,
      'look at the checks of receipt rules, raw mail, topics and the inbound queue',
    );
  }
  const { state, code } = found;
  const why = code === undefined ? '' : ` (${code})`;
  if (state !== 'relayed') {
    return say.error(
      subject,
      `step 3, processing: the mail is ${state}${why} after ${seconds} s`,
      `npx lightermail links --mail ${found.mailId}, or the console, tells more; look at its route`,
    );
  }
  const email = emailOf(found, recipient);
  if (email === undefined) {
    return say.error(
      subject,
      'step 3, processing: relayed, but the recipient got no email',
      'name a recipient with --to that the route gives mail to',
    );
  }
  const emailWhy = email.code === undefined ? '' : ` (${email.code})`;
  if (delivered.has(email.state)) return say.ok(subject, `delivered to ${recipient} within ${seconds} s`);
  if (email.state === 'sent') {
    return say.error(
      subject,
      `step 5, delivery: sent, but no delivered event after ${seconds} s`,
      'look at the checks of the event topic and the engagement queue, and at the recipient’s server',
    );
  }
  if (email.state === 'bounced' || email.state === 'complained') {
    return say.error(subject, `step 5, delivery: the email ${email.state}`, 'give another recipient with --to');
  }
  return say.error(
    subject,
    `step 4, sending: the email is ${email.state}${emailWhy} after ${seconds} s`,
    'look at the checks of sending, and at the outbound queue',
  );
}
