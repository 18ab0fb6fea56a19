import { escapeHtml } from '../html.ts';
import { type CardFile, type CardLine, cardTitle, type LinkCardOptions, toCardLine } from './card-file.ts';

const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
/** Every part of a layout table, so that no client adds room of its own. */
const layout = 'role="presentation" cellpadding="0" cellspacing="0" border="0"';

/**
 * Colours for clients that show mail in the dark. Inline styles are the light ones: a client that drops this sheet
 * shows the whole card in them, or turns it itself; either way text and ground are changed together. The second form is
 * Outlook's on the web.
 */
const darkRules = [
  ['lm-card', 'background:#1b2027 !important;background-color:#1b2027 !important;border-color:#343c46 !important'],
  ['lm-title', 'color:#f0f3f6 !important;border-color:#343c46 !important'],
  ['lm-row', 'border-color:#343c46 !important'],
  ['lm-link', 'color:#7cb7ff !important'],
  ['lm-meta', 'color:#a9b4c0 !important'],
] as const;

const darkStyle = [
  '<style>',
  '@media (prefers-color-scheme:dark){',
  ...darkRules.map(([name, rules]) => `.${name}{${rules}}`),
  '}',
  ...darkRules.map(([name, rules]) => `[data-ogsc] .${name}{${rules}}`),
  '</style>',
].join('\n');

/** White text on each of these has a contrast of at least 4.5 : 1 (WCAG 2.2 §1.4.3). */
const badgeColors: readonly (readonly [kinds: RegExp, color: string])[] = [
  [/^PDF$/, '#b42318'],
  [/^(?:JPG|JPEG|PNG|GIF|WEBP|HEIC|TIF|TIFF|BMP|SVG)$/, '#6941c6'],
  [/^(?:XLS|XLSX|XLSM|CSV|ODS|TSV)$/, '#067647'],
  [/^(?:DOC|DOCX|ODT|RTF|TXT|MD|PAGE)$/, '#175cd3'],
  [/^(?:PPT|PPTX|ODP|KEY)$/, '#b93815'],
  [/^(?:ZIP|7Z|RAR|GZ|TGZ|TAR|BZ2|XZ)$/, '#854a0e'],
  [/^(?:MP3|MP4|MOV|WAV|AVI|MKV|M4A|WEBM|OGG)$/, '#c11574'],
];
const otherBadgeColor = '#475467';

/**
 * The link card for the HTML of a mail: one row for each file with its name as the link, its size and its expiry.
 * Tables and inline styles, so that Outlook shows it too; no image and nothing fetched; legible in light and dark;
 * its links are exempt from click tracking (`ses:no-track`). Empty when there are no files.
 * @throws PermanentMailError `ERR_SETTING` when a link is not an http(s) URL
 * @see https://docs.aws.amazon.com/ses/latest/dg/faqs-metrics.html for `ses:no-track`
 */
export function linkCardHtml(files: readonly CardFile[], options: LinkCardOptions): string {
  if (files.length === 0) return '';
  const title = cardTitle(files.length);
  const margin = options.position === 'top' ? '0 0 24px' : '24px 0 0';
  return [
    '',
    `<div role="region" aria-label="${title}" lang="en" dir="ltr" style="margin:${margin};color-scheme:light dark">`,
    darkStyle,
    // Outlook for Windows knows no max-width.
    `<!--[if mso]><table ${layout} width="600"><tr><td><![endif]-->`,
    `<table class="lm-card" ${layout} width="100%" bgcolor="#f7f9fb" style="${cardStyle}">`,
    `<tr><td class="lm-title" style="${titleStyle}">${title}</td></tr>`,
    ...files.map((file, index) => fileRow(toCardLine(file), index === 0)),
    '<tr><td height="6" style="height:6px;font-size:0;line-height:0">&#160;</td></tr>',
    '</table>',
    '<!--[if mso]></td></tr></table><![endif]-->',
    '</div>',
    '',
  ].join('\n');
}

const cardStyle = [
  'width:100%',
  'max-width:600px',
  'border-collapse:separate',
  'background-color:#f7f9fb',
  'border:1px solid #d5dce4',
  'border-radius:12px',
  'text-align:left',
].join(';');
const titleStyle = `${font};font-size:15px;line-height:20px;font-weight:600;color:#1b2027;padding:14px 18px 12px`;
const linkStyle = `${font};font-size:15px;line-height:21px;font-weight:600;color:#0b57d0;text-decoration:underline;text-underline-offset:3px;overflow-wrap:anywhere;word-break:break-word`;
const metaStyle = `${font};font-size:13px;line-height:18px;color:#56616d;padding-top:2px`;

function fileRow(file: CardLine, isFirst: boolean): string {
  const line = `border-top:1px solid ${isFirst ? '#d5dce4' : '#e3e8ee'}`;
  return [
    `<tr><td class="lm-row" style="${line};padding:12px 18px">`,
    `<table ${layout} width="100%"><tr>`,
    `<td width="56" valign="top" style="width:56px">${badge(file.kind)}</td>`,
    '<td valign="top">',
    `<a class="lm-link" ses:no-track href="${escapeHtml(file.url)}" style="${linkStyle}">${escapeHtml(file.name)}</a>`,
    `<div class="lm-meta" style="${metaStyle}">${file.size} &#183; ${file.expiry.replace(' UTC', '&#160;UTC')}</div>`,
    '</td></tr></table>',
    '</td></tr>',
  ].join('\n');
}

/** What kind of file it is, as a coloured tile; the name says the same, so it is not read aloud. */
function badge(kind: string): string {
  const color = badgeColors.find(([kinds]) => kinds.test(kind))?.[1] ?? otherBadgeColor;
  const style = `${font};width:42px;height:42px;background-color:${color};border-radius:9px;color:#ffffff;font-size:11px;line-height:42px;font-weight:700;text-align:center;letter-spacing:0.3px`;
  return `<table ${layout} aria-hidden="true"><tr><td width="42" height="42" align="center" bgcolor="${color}" style="${style}">${kind}</td></tr></table>`;
}
