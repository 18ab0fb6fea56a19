import { createServer, type Server } from 'node:net';
import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { Logger } from '../../../shared/ports/logger.ts';
import type { RouteSource } from '../../../shared/ports/platform.ts';
import type { SmtpUser } from '../../../shared/runtime/local-config.ts';
import { listen } from '../listen.ts';
import { type AcceptMailParts, acceptMail, maxRecipientsBytes } from './accept-mail.ts';
import type { Certificate } from './certificate.ts';
import { LenientServer } from './lenient-server.ts';
import { groupByRoute, isPlainAscii, routeOf, toAsciiAddress } from './recipient-routes.ts';
import { SmtpReply, toSmtpReply } from './smtp-reply.ts';
import { isKnownUser } from './smtp-users.ts';

export interface SmtpInletOptions extends AcceptMailParts {
  readonly routes: RouteSource;
  readonly certificate: Certificate;
  readonly bind: string;
  readonly port: number;
  /** Passwords may then travel without TLS: they do not leave the machine. */
  readonly isLoopback: boolean;
  readonly users: readonly SmtpUser[];
  readonly maxMailBytes: number;
  readonly log: Logger;
}

export interface SmtpInlet {
  readonly port: number;
  /** Answers 421 to whoever comes, lets mails that are coming in finish for up to `graceMs`, then closes. */
  stop(graceMs: number): Promise<void>;
}

/** RFC 5321 §4.5.3.1.8 asks for at least 100. */
const maxRecipients = 500;
const maxClients = 200;
/** RFC 5321 §4.5.3.2 lets a client wait five minutes; it may be idle for one. */
const socketTimeoutMs = 60_000;
const shutdownReply = '4.3.2 shutting down, try again later';

/**
 * SMTP in (RFC 5321), with STARTTLS (RFC 3207), AUTH (RFC 4954) and SIZE (RFC 1870): takes mail for monitored
 * addresses only and answers 250 when it is durable and announced, not before.
 */
export async function startSmtpInlet(options: SmtpInletOptions): Promise<SmtpInlet> {
  const busy = new Map<string, Promise<void>>();
  let isStopping = false;
  const server = makeServer(options, busy, () => isStopping);
  const { port, servers } = await listen(() => makeListener(server, options.log), {
    setting: 'LIGHTERMAIL_SMTP_PORT',
    bind: options.bind,
    port: options.port,
  });
  return {
    port,
    async stop(graceMs) {
      isStopping = true;
      closeConnections(server, (id) => !busy.has(id));
      await withinMs(Promise.all(busy.values()), graceMs);
      closeConnections(server, () => true);
      await Promise.all(servers.map((one) => new Promise((resolve) => one.close(resolve))));
    },
  };
}

function makeServer(options: SmtpInletOptions, busy: Map<string, Promise<void>>, isStopping: () => boolean) {
  const { isLoopback, users, routes, log } = options;
  const server = new LenientServer({
    name: 'lightermail',
    banner: 'Lightermail',
    logger: false,
    key: options.certificate.key,
    cert: options.certificate.cert,
    size: options.maxMailBytes,
    rejectOversized: true,
    maxClients,
    maxRecipients,
    socketTimeout: socketTimeoutMs,
    disableReverseLookup: true,
    hideSMTPUTF8: true,
    lenientAddressParsing: true,
    authOptional: isLoopback && users.length === 0,
    allowInsecureAuth: isLoopback,
    disabledCommands: ['WIZ', 'SHELL', 'KILL', 'XCLIENT', 'XFORWARD'],
    onConnect: (_session, done) => done(isStopping() ? new SmtpReply(421, shutdownReply) : null),
    onAuth: ({ username, password }, _session, done) => {
      if (isKnownUser(users, username ?? '', password ?? '')) return done(null, { user: username });
      return done(new SmtpReply(535, '5.7.8 user or password not known'));
    },
    onMailFrom: (address, _session, done) => done(senderFault(address)),
    onRcptTo: (address, session, done) => settle(recipientFault(routes, address, session), log, done),
    onData: (data, session, done) => {
      const work = settle(takeData(options, data, session), log, done);
      busy.set(session.id, work);
      void work.finally(() => busy.delete(session.id));
    },
  });
  server.on('error', (error) => log.debug('SMTP connection failed', { error: error.message }));
  return server;
}

function makeListener(server: LenientServer, log: Logger): Server {
  const listener = createServer((socket) => server.connect(socket));
  listener.on('error', (error) => log.error('SMTP listener failed', error));
  return listener;
}

/** Turns a promise into smtp-server's callback: an answer text, or an error with its reply code. */
async function settle(
  work: Promise<string | undefined>,
  log: Logger,
  done: (error: Error | null | undefined, text?: string) => void,
): Promise<void> {
  try {
    done(null, await work);
  } catch (error) {
    const reply = error instanceof SmtpReply ? error : toSmtpReply(error);
    if (!(error instanceof SmtpReply) && reply.responseCode < 500) log.error('mail not taken', error);
    done(reply);
  }
}

function senderFault({ address }: SMTPServerAddress): SmtpReply | null {
  if (isPlainAscii(toAsciiAddress(address))) return null;
  return new SmtpReply(553, '5.6.7 the sender address must be ASCII of at most 254 characters');
}

/** Too many for one transaction is temporary: the client sends the rest in another one (RFC 5321 §4.5.3.1.10). */
async function recipientFault(
  routes: RouteSource,
  { address }: SMTPServerAddress,
  { envelope }: SMTPServerSession,
): Promise<undefined> {
  if (routeOf(await routes.routes(), toAsciiAddress(address)) === undefined) {
    throw new SmtpReply(550, '5.1.1 no such recipient here');
  }
  const all = [...envelope.rcptTo.map((one) => one.address), address].map(toAsciiAddress).join(',');
  if (all.length > maxRecipientsBytes) throw new SmtpReply(452, '4.5.3 too many recipients for one mail');
}

async function takeData(
  options: SmtpInletOptions,
  data: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<string> {
  const { mailFrom, rcptTo } = session.envelope;
  const addresses = rcptTo.map(({ address }) => toAsciiAddress(address));
  // Changed while this transaction was under way: the client asks again and gets an answer for each recipient.
  const routed = groupByRoute(await options.routes.routes(), addresses);
  if (routed === undefined) throw new SmtpReply(451, '4.3.0 the routes have just changed, try again');
  const sender = mailFrom === false ? '' : toAsciiAddress(mailFrom.address);
  return `2.0.0 queued as ${await acceptMail(options, { mailFrom: sender, routed, data })}`;
}

function closeConnections(server: LenientServer, isMeant: (id: string) => boolean): void {
  for (const connection of server.connections) {
    if (!isMeant(connection.id)) continue;
    connection.send(421, shutdownReply);
    connection.dispose();
  }
}

async function withinMs(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
