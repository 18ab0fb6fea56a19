import { isContentId } from '../compose/header-values.ts';
import { isReferenced, referencedContentIds } from './content-id-references.ts';
import type { OffloadReason } from './offload-reasons.ts';
import type { MailTreatment, OffloadDecision, OffloadFile, OffloadRules } from './offload-types.ts';
import {
  isCalendar,
  isKeptType,
  isMessage,
  isProtectedHeaders,
  isRefusedName,
  isSignature,
  isTnef,
} from './part-kinds.ts';
import { maxStayBytes } from './take-leaf.ts';

/** What the decisions of one mail go by. */
export interface OffloadContext {
  readonly rules: OffloadRules;
  readonly treatment: MailTreatment;
  /** Whether an intact mail is so because it is encrypted or because it is signed. */
  readonly isEncrypted: boolean;
  /** The bodies as they go out. */
  readonly text?: string;
  readonly html?: string;
}

/**
 * Decides what becomes of each leaf of a mail that is not body, in the order of the mail. What stays is bounded: the
 * largest become links until the rest fits, and until the whole mail can be sent.
 */
export function decideParts(files: readonly OffloadFile[], context: OffloadContext): OffloadDecision[] {
  if (context.treatment === 'intact') {
    const reason = context.isEncrypted ? 'encrypted' : 'signed';
    return files.map(() => ({ fate: 'kept', reason, isLinked: false }));
  }
  const references = referencedContentIds(context.html);
  const shown = new Map<string, OffloadFile>();
  const decisions = files.map((file) => decide(file, context, references, shown));
  return withFirstInMail(files, withinTotal(files, decisions, stayBudget(context)));
}

function decide(
  file: OffloadFile,
  context: OffloadContext,
  references: ReadonlySet<string>,
  shown: Map<string, OffloadFile>,
): OffloadDecision {
  const { head } = file;
  if (context.treatment === 'unwrap') {
    if (isSignature(head)) return { fate: 'offloaded', reason: 'signature-taken-off', isLinked: false };
    if (isProtectedHeaders(head)) return { fate: 'offloaded', reason: 'protected-headers', isLinked: false };
  }
  const stay = stayDecision(file, context, references);
  if (stay === undefined) return gone(goneReason(file, references));
  if (!file.isHeld) return gone('over-total');
  if (isRefusedName(file.fileName)) return gone('refused-extension');
  return stay.place === 'related' ? once(file, stay, shown) : stay;
}

/** Where a part stays, by the first rule that keeps it. */
function stayDecision(
  { head, sizeBytes }: OffloadFile,
  { rules }: OffloadContext,
  references: ReadonlySet<string>,
): OffloadDecision | undefined {
  if (isMessage(head)) return undefined;
  const stays = (fate: 'inline' | 'kept', reason: OffloadReason, place: NonNullable<OffloadDecision['place']>) =>
    ({ fate, reason, place, isLinked: false }) as const;
  if (isCalendar(head)) return stays('kept', 'calendar', isAlternative(head) ? 'alternative' : 'mixed');
  const isKept = isKeptType(head, rules);
  if (isShown(head, references) && (isKept || sizeBytes <= rules.keepInlineMaxBytes)) {
    return stays('inline', 'image-shown', 'related');
  }
  if (isKept) return stays('kept', 'kept-type', 'mixed');
  if (!isTnef(head) && sizeBytes < rules.minBytes) return stays('kept', 'small', 'mixed');
  return undefined;
}

function isAlternative({ contentType, within, disposition }: OffloadFile['head']): boolean {
  return contentType === 'text/calendar' && disposition !== 'attachment' && within.at(-1) === 'multipart/alternative';
}

function isShown({ contentId, contentType }: OffloadFile['head'], references: ReadonlySet<string>): boolean {
  return (
    contentId !== undefined &&
    contentType.startsWith('image/') &&
    isContentId(contentId) &&
    isReferenced(references, contentId)
  );
}

function goneReason({ head }: OffloadFile, references: ReadonlySet<string>): OffloadReason {
  if (head.contentType === 'message/rfc822' || head.contentType === 'message/global') return 'forwarded-mail';
  if (head.contentType === 'message/partial') return 'message-fragment';
  if (head.contentType === 'message/external-body') return 'external-body';
  if (isTnef(head)) return 'tnef';
  if (isShown(head, references)) return 'image-too-large';
  if (head.within.at(-1) === 'multipart/alternative') return 'file-in-alternative';
  const isImage = head.contentType.startsWith('image/') && head.contentId !== undefined;
  return isImage ? 'image-not-shown' : 'attachment';
}

function gone(reason: OffloadReason): OffloadDecision {
  return { fate: 'offloaded', reason, isLinked: true };
}

/** A Content-ID names one part (RFC 2392 §2): the first counts, the same bytes again are in the mail already. */
function once(file: OffloadFile, stay: OffloadDecision, shown: Map<string, OffloadFile>): OffloadDecision {
  const key = file.head.contentId?.toLowerCase() ?? '';
  const first = shown.get(key);
  if (first === undefined) {
    shown.set(key, file);
    return stay;
  }
  return first.sha256 === file.sha256
    ? { fate: 'inline', reason: 'image-shown-again', isLinked: false }
    : gone('content-id-taken');
}

/** An image that is in the mail once already must still be there when the largest have gone. */
function withFirstInMail(files: readonly OffloadFile[], decisions: readonly OffloadDecision[]): OffloadDecision[] {
  const inMail = new Set(files.flatMap(({ sha256 }, index) => (decisions[index]?.place === 'related' ? [sha256] : [])));
  return decisions.map((decision, index) =>
    decision.reason === 'image-shown-again' && !inMail.has(files[index]?.sha256 ?? '') ? gone('over-total') : decision,
  );
}

/** SES takes 40 MB after encoding; the header, the card and line ends need the rest. Unit: bytes. */
const maxComposedBytes = 38_000_000;
/** Base64 with its line ends; a body in quoted-printable is seldom more. */
const encodedShare = 1.4;

/** How many bytes may stay beside the bodies: a body without HTML is written twice. */
function stayBudget({ text = '', html }: OffloadContext): number {
  const bodyBytes = (Buffer.byteLength(text) + Buffer.byteLength(html ?? text)) * encodedShare;
  return Math.max(0, Math.min(maxStayBytes, (maxComposedBytes - bodyBytes) / encodedShare));
}

function withinTotal(
  files: readonly OffloadFile[],
  decisions: readonly OffloadDecision[],
  budgetBytes: number,
): OffloadDecision[] {
  const staying = decisions
    .map((decision, index) => ({ decision, index, sizeBytes: files[index]?.sizeBytes ?? 0 }))
    .filter(({ decision }) => decision.place !== undefined)
    .sort((left, right) => right.sizeBytes - left.sizeBytes);
  let total = staying.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const result = [...decisions];
  for (const { index, sizeBytes } of staying) {
    if (total <= budgetBytes) break;
    result[index] = gone('over-total');
    total -= sizeBytes;
  }
  return result;
}
