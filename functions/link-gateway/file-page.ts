import { randomBytes } from 'node:crypto';
import type { LinkRecord } from '../../shared/contracts/records.ts';
import type { ArchivePlan } from '../../shared/links/plan-archive.ts';
import { escapeHtml } from '../../shared/mail/html.ts';
import { humanSize } from '../../shared/mail/link-card/human-size.ts';
import { pageResponse } from './page-shell.ts';
import { fileLine, shownTime } from './shown.ts';
import { fill, texts } from './texts.ts';

export interface FilePage {
  readonly token: string;
  readonly link: LinkRecord;
  /** All files of the mail that this recipient may have; absent when there is only one. */
  readonly all?: ArchivePlan['archive'] | undefined;
  readonly hasPreview: boolean;
  readonly fileOrigin?: string | undefined;
}

const pressBytes = 18;
const mostSenderCharacters = 80;
/** More names than these help nobody to decide. */
const mostNames = 8;

const arrow =
  '<svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 20h14"/></svg>';

/** The page of a file that can be fetched: what it is, from whom, until when, and the one button that gives it. */
export function filePage(request: Request, { token, link, all, hasPreview, fileOrigin }: FilePage): Response {
  const { file } = texts;
  const { fileName, sizeBytes } = link;
  const senderName = shownSender(link);
  const title = senderName === undefined ? file.title : fill(file.titleFrom, { sender: senderName });
  const alt = escapeHtml(fill(file.preview, { name: fileName }));
  const label = escapeHtml(fill(file.downloadLabel, { name: fileName, size: humanSize(sizeBytes) }));
  const content = [
    hasPreview ? `<img class="preview" src="${token}/preview" alt="${alt}" decoding="async">` : '',
    fileLine(link),
    `<form method="post" action="${token}"><input type="hidden" name="press" value="${press()}">
<button aria-label="${label}">${arrow}${escapeHtml(file.download)}</button></form>`,
    leftNote(link),
    facts(link),
    all === undefined ? '' : allFiles(token, all),
  ];
  const body = { title, footnote: texts.told, content: content.filter((part) => part !== '').join('\n') };
  return pageResponse(request, body, { status: 200, fileOrigin });
}

/** Longer names are cut; what is not seen, or turns the direction of the text, goes without a trace. */
function shownSender({ senderName = '' }: LinkRecord): string | undefined {
  const name = senderName
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
  if (name.length > mostSenderCharacters) return `${name.slice(0, mostSenderCharacters)}…`;
  return name === '' ? undefined : name;
}

/** Another one for each page that is shown: pressing the button of one page twice is one download. */
const press = () => randomBytes(pressBytes).toString('base64url');

function leftNote({ downloadsLeft }: LinkRecord): string {
  if (downloadsLeft === undefined) return '';
  const { leftOne, leftMany } = texts.file;
  return `<p class="hint">${escapeHtml(downloadsLeft === 1 ? leftOne : fill(leftMany, { count: downloadsLeft }))}</p>`;
}

function facts(link: LinkRecord): string {
  const { linkExpiresAt, sha256, replacedAt } = link;
  const { file } = texts;
  const senderName = shownSender(link);
  const sender =
    senderName === undefined ? '' : `<dt>${file.sender}</dt><dd><bdi>${escapeHtml(senderName)}</bdi></dd>\n`;
  return `<dl>
${sender}<dt>${file.until}</dt><dd>${shownTime(linkExpiresAt)}</dd>
<dt>${file.checksum}</dt><dd><code>${escapeHtml(sha256)}</code></dd>
</dl>${replacedAt === undefined ? '' : `\n<p class="hint">${escapeHtml(file.newTime)}</p>`}`;
}

function allFiles(token: string, { entries }: ArchivePlan['archive']): string {
  const { file } = texts;
  const count = entries.length;
  const size = humanSize(entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const names = entries
    .slice(0, mostNames)
    .map((one) => `<li><bdi>${escapeHtml(one.fileName)}</bdi><span>${humanSize(one.sizeBytes)}</span></li>`);
  const more = count > mostNames ? `<li class="more"><span>+ ${count - mostNames}</span></li>` : '';
  return `<section class="all"><h2>${file.othersTitle}</h2><ul>${names.join('')}${more}</ul>
<form method="post" action="${token}/zip"><input type="hidden" name="press" value="${press()}">
<button class="second">${escapeHtml(fill(file.archive, { count }))} · ${size}</button></form></section>`;
}
