import type { ParsedMail, PartNode } from '../contracts/parsed-mail.ts';
import type { LedgerPart } from '../contracts/records.ts';
import type { Route } from '../contracts/route.ts';
import { safeFileName, uniqueFileNames } from '../mail/file-name.ts';
import { withoutMarkerInCalendar } from '../mail/offload/calendar-marker.ts';
import { decideParts } from '../mail/offload/decide-parts.ts';
import { offloadReasons } from '../mail/offload/offload-reasons.ts';
import type { OffloadDecision } from '../mail/offload/offload-types.ts';
import { isCalendar } from '../mail/offload/part-kinds.ts';
import type { InlinePart, KeptPart } from '../ports/mime-composer.ts';
import type { ProtectedMail } from './offload-protection.ts';
import type { FileSink, MailFile } from './store-files.ts';

export interface SortedFiles {
  /** What becomes a link: in the store. */
  readonly offloaded: readonly LedgerPart[];
  /** What stays in the mail because its HTML shows it. */
  readonly inline: readonly InlinePart[];
  /** Calendar entries that stay among the alternatives of the body. */
  readonly alternatives: readonly KeptPart[];
  /** What stays in the mail as a file. */
  readonly kept: readonly KeptPart[];
  /** All of them, as the ledger has them. */
  readonly parts: readonly LedgerPart[];
  /** The mail goes on whole: where its body stands in the raw mail, and nothing above is written by itself. */
  readonly intact?: PartNode;
  /** Said to the reader of each mail. */
  readonly note?: string;
  /** For the ledger. */
  readonly warnings: readonly string[];
}

/** What the decisions go by. */
export interface SortingRules {
  readonly route: Route;
  readonly protectedMail: ProtectedMail;
  /** The bodies as they go out. */
  readonly bodies: Pick<ParsedMail, 'text' | 'html'>;
}

/** Decides what becomes of each file, once the bodies are known, and puts what goes into the store. */
export async function sortFiles(mailId: string, sink: FileSink, rules: SortingRules): Promise<SortedFiles> {
  const { route, protectedMail, bodies } = rules;
  const { treatment, protection, mail } = protectedMail;
  const names = uniqueFileNames(
    sink.files.map(({ head }, index) => safeFileName(head.fileName, head.contentType, index + 1)),
  );
  const files = sink.files.map((file, index) => ({ ...file, fileName: names[index] ?? `attachment-${index + 1}` }));
  const decisions = decideParts(
    files.map((file) => ({ ...file, isHeld: file.content !== undefined })),
    {
      rules: route.offload,
      treatment,
      isEncrypted: protection === 'encrypted',
      ...(bodies.text === undefined ? {} : { text: bodies.text }),
      ...(bodies.html === undefined ? {} : { html: bodies.html }),
    },
  );
  const sorting = createSorting(mailId, route);
  for (const [index, file] of files.entries()) {
    const decision = decisions[index];
    if (decision === undefined) continue;
    sorting.add(decision.fate === 'offloaded' ? await sink.store(file) : file, file.fileName, decision);
  }
  // Stored while nobody could know yet that the mail goes on whole: no link will refer to it.
  if (treatment === 'intact') await sink.discard();
  return {
    ...sorting.result(),
    // The body of a multipart node ends before its closing boundary; that of the mail is all there is.
    ...(treatment === 'intact' ? { intact: { ...mail.root, bodyEnd: mail.sizeBytes } } : {}),
    ...(treatment === 'unwrap' ? { note: signatureNote } : {}),
    warnings: [...sorting.warnings, ...treatmentWarnings(protectedMail)],
  };
}

const signatureNote =
  'This mail was signed by its sender. The signature was taken off, because the mail was changed on its way.';

function treatmentWarnings({ treatment, protection }: ProtectedMail): string[] {
  if (treatment === 'unwrap') return ['signature taken off'];
  return treatment === 'intact' ? [`sent on whole: ${protection}`] : [];
}

/** Puts each file where its decision says. */
function createSorting(mailId: string, route: Route) {
  const parts: LedgerPart[] = [];
  const offloaded: LedgerPart[] = [];
  const inline: InlinePart[] = [];
  const alternatives: KeptPart[] = [];
  const kept: KeptPart[] = [];
  const warnings: string[] = [];
  const marker = route.recipients.from === 'body' ? route.recipients.marker : undefined;

  const keep = (file: MailFile, fileName: string, content: Buffer): KeptPart => {
    const { contentType, typeParameters, disposition, contentId } = file.head;
    const clean = marker !== undefined && isCalendar(file.head) ? withoutMarkerInCalendar(content, marker) : content;
    if (clean !== content) warnings.push(`part ${file.head.path}: recipient list taken out of the calendar entry`);
    return {
      ...{ contentType, typeParameters, fileName, content: clean },
      ...(disposition === undefined ? {} : { disposition }),
      ...(contentId === undefined ? {} : { contentId }),
    };
  };

  return {
    warnings,
    add(file: MailFile, fileName: string, { fate, reason, place, isLinked }: OffloadDecision): void {
      const { contentId, contentType } = file.head;
      const part = toPart(mailId, file, fileName, fate, offloadReasons[reason]);
      parts.push(part);
      if (isLinked) offloaded.push(part);
      if (place === undefined || file.content === undefined) return;
      if (place === 'alternative') alternatives.push(keep(file, fileName, file.content));
      else if (place === 'mixed') kept.push(keep(file, fileName, file.content));
      else if (contentId !== undefined) inline.push({ contentId, contentType, fileName, content: file.content });
    },
    result: () => ({ parts, offloaded, inline, alternatives, kept }),
  };
}

function toPart(
  mailId: string,
  file: MailFile,
  fileName: string,
  fate: LedgerPart['fate'],
  reason: string,
): LedgerPart {
  const { path, contentType } = file.head;
  const facts = { mailId, path, fileName, contentType, sizeBytes: file.sizeBytes, sha256: file.sha256, fate, reason };
  return file.blobKey === undefined || fate !== 'offloaded' ? facts : { ...facts, blobKey: file.blobKey };
}
