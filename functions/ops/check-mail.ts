import { Readable } from 'node:stream';
import type { MailHead } from '../../shared/contracts/parsed-mail.ts';
import type { LedgerPart, MailState } from '../../shared/contracts/records.ts';
import type { Route } from '../../shared/contracts/route.ts';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { PermanentMailError, toErrorCode } from '../../shared/errors/mail-error.ts';
import { planWarnings } from '../../shared/inbound/accept-mail.ts';
import { createMeasureStore } from '../../shared/inbound/measure-store.ts';
import { type MailPlan, type PlanPorts, planMail } from '../../shared/inbound/plan-mail.ts';
import { createFileSink, type FileSink } from '../../shared/inbound/store-files.ts';
import { matchesAddress } from '../../shared/mail/address.ts';
import { safeFileName } from '../../shared/mail/file-name.ts';

/** What would become of one mail: one line of `check --json`. */
export interface CheckedMail {
  readonly file: string;
  readonly state: MailState;
  readonly code?: ErrorCode;
  readonly recipients: readonly string[];
  readonly parts: readonly CheckedPart[];
  readonly warnings: readonly string[];
  /** From the first byte read to the decision; unit: milliseconds. */
  readonly ms: number;
}

export interface CheckedPart {
  readonly path: string;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly fate: LedgerPart['fate'];
  readonly reason: string;
}

/** The decision with what only people want to know. */
export interface Checked {
  readonly mail: Omit<CheckedMail, 'file'>;
  /** Why it is not relayed. */
  readonly reason?: string;
  /** Set when Lightermail itself failed: a fault to be reported. */
  readonly crash?: unknown;
}

export interface CheckRules {
  readonly ports: PlanPorts;
  readonly routes: readonly Route[];
  /** Absent: the route whose address the mail names, else the first. */
  readonly routeId?: string;
  /** Stand in for the recipients of the route when there are any. */
  readonly recipients: readonly string[];
}

/** Runs the processor's own plan on one mail, with a sink that only measures: nothing is stored, nothing is sent. */
export async function checkMail(rules: CheckRules, mail: { body: Readable; sizeBytes: number }): Promise<Checked> {
  const startMs = performance.now();
  const done = (checked: Omit<CheckedMail, 'file' | 'ms'>) => ({
    ...checked,
    ms: Math.round((performance.now() - startMs) * 10) / 10,
  });
  let sink: FileSink | undefined;
  try {
    const { route, body } = await routeFor(rules, mail.body);
    sink = createFileSink(createMeasureStore(), 'check', route, new Date(0));
    const received = {
      ...{ mailId: 'check', rcptTo: [], mailFrom: undefined },
      content: { body, info: { sizeBytes: mail.sizeBytes, metadata: {} } },
    };
    const monitored = rules.routes.map(({ address }) => address);
    const plan = await planMail(rules.ports, received, { route, monitored, sink });
    return { mail: done(toChecked(plan, sink)), ...(plan.state === 'relayed' ? {} : { reason: plan.error.message }) };
  } catch (crash) {
    const parts = sink === undefined ? [] : keptParts(sink);
    const failed = { state: 'stuck' as const, code: toErrorCode(crash), recipients: [], parts, warnings: [] };
    return { mail: done(failed), crash };
  } finally {
    mail.body.destroy();
  }
}

function toChecked(plan: MailPlan, sink: FileSink): Omit<CheckedMail, 'file' | 'ms'> {
  return {
    state: plan.state,
    ...(plan.state === 'relayed' ? {} : { code: plan.error.code }),
    recipients: plan.state === 'relayed' ? plan.recipients.addresses : [],
    parts: plan.files === undefined ? keptParts(sink) : plan.files.parts.map(toPart),
    warnings: plan.mail === undefined ? [] : planWarnings({ ...plan, mail: plan.mail }),
  };
}

function toPart({ path, fileName, contentType, sizeBytes, sha256, fate, reason }: LedgerPart): CheckedPart {
  return { path, name: fileName, contentType, bytes: sizeBytes, sha256, fate, reason };
}

/** Files of a mail that was refused before anything was decided about them: they stay in the raw mail. */
function keptParts({ files }: FileSink): CheckedPart[] {
  return files.map(({ head, sizeBytes, sha256 }, index) => ({
    path: head.path,
    name: safeFileName(head.fileName, head.contentType, index + 1),
    ...{ contentType: head.contentType, bytes: sizeBytes, sha256, fate: 'kept', reason: 'the raw mail is kept whole' },
  }));
}

async function routeFor(rules: CheckRules, body: Readable): Promise<{ route: Route; body: Readable }> {
  const { routes, routeId } = rules;
  const [first] = routes;
  const named = routes.find(({ id }) => id === routeId);
  if (first === undefined || (routeId !== undefined && named === undefined)) {
    throw new PermanentMailError('ERR_ROUTE_UNKNOWN', 'no route to check by');
  }
  if (named !== undefined || routes.length === 1) return { route: withRecipients(named ?? first, rules), body };
  // Which route it is for stands in the mail itself: it is read twice.
  const bytes = await readAll(body, rules.ports.settings.maxMailBytes);
  const head = await readHead(rules.ports, bytes);
  const route = routes.find(({ address }) => head !== undefined && isFor(head, address)) ?? first;
  return { route: withRecipients(route, rules), body: Readable.from([bytes]) };
}

function withRecipients(route: Route, { recipients }: CheckRules): Route {
  return recipients.length === 0 ? route : { ...route, recipients: { from: 'fixed', to: [...recipients] } };
}

/** Up to a little more than a mail may have: the parser then refuses it as too large. */
async function readAll(body: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return Buffer.concat(chunks);
}

async function readHead({ parser }: PlanPorts, bytes: Buffer): Promise<MailHead | undefined> {
  let head: MailHead | undefined;
  const stop = new Error('the header is all that is needed');
  const onHead = (found: MailHead) => {
    head = found;
    throw stop;
  };
  const onFile = async (_part: unknown, content: Readable) => void content.resume();
  await parser.parse(Readable.from([bytes]), { onHead, onFile }).catch(() => undefined);
  return head;
}

const addressFields = new Set(['to', 'cc', 'delivered-to', 'x-original-to', 'envelope-to', 'received']);

function isFor({ fields }: MailHead, address: string): boolean {
  const words = fields
    .filter(({ name }) => addressFields.has(name))
    .flatMap(({ value }) => value.slice(0, 10_000).split(/[\s<>,;"]+/));
  return words.some((word) => word.includes('@') && matchesAddress(address, word));
}
