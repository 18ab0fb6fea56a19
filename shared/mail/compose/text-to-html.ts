import { escapeHtml } from '../html.ts';

const fontFamily = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/**
 * A whole HTML document that shows a plain text as it is: everything escaped, line breaks and runs of spaces kept,
 * right-to-left paragraphs the right way round, legible in light and dark.
 */
export function textToHtml(text: string): string {
  return [
    '<!doctype html>',
    '<html lang="und">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="supported-color-schemes" content="light dark">',
    '<style>:root{color-scheme:light dark;supported-color-schemes:light dark}</style>',
    '</head>',
    '<body style="margin:0;padding:16px">',
    `<div dir="auto" style="font-family:${fontFamily};font-size:15px;line-height:1.5;overflow-wrap:break-word">`,
    keepLayout(text),
    '</div>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** Outlook knows no `white-space`: breaks are elements, and every second space of a run does not collapse. */
function keepLayout(text: string): string {
  return escapeHtml(text.trimEnd()).replaceAll('\t', '    ').replace(/ {2}/g, '&#160; ').replaceAll('\n', '<br>\n');
}
