import { extensionFor } from './content-type-extensions.ts';

/** Room for a number and a suffix within the 255 bytes that file systems allow, for most scripts. Unit: UTF-16 units. */
export const maxFileNameLength = 150;

/** An ending longer than this is part of the name. Unit: UTF-16 units, with the dot. */
const maxExtensionLength = 20;

/** Only the end of a longer name is read, where the extension is. */
const maxRawLength = 10_000;

/** Names of devices on Windows, with any extension. @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const deviceName = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)/i;

/**
 * The name under which a file is shown and saved: the last part of any path, NFC, without control, invisible and
 * bidirectional characters, without what Windows refuses, at most 150 units with its extension kept. Never empty.
 * @param contentType gives the extension when the sender gave no name
 * @param index the number of the file in its mail, from 1, in `attachment-N.ext`
 */
export function safeFileName(raw: string | undefined, contentType: string, index: number): string {
  const name = clean(baseName(visible((raw ?? '').slice(-maxRawLength))));
  if (name === '') return `attachment-${index}.${extensionFor(contentType)}`;
  return shorten(deviceName.test(name) ? `_${name}` : name, '');
}

/** A line break in a name was a fold between two words; all else that is not seen goes without a trace. */
function visible(raw: string): string {
  return raw
    .toWellFormed()
    .normalize('NFC')
    .replace(/\ufffd+/g, '_')
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}]/gu, '');
}

/** Slash and backslash both part a path, whatever the system of the sender. */
function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? '';
}

function clean(name: string): string {
  const legal = name.replace(/[<>:"|?*]/g, '_').replace(/\p{Zs}+/gu, ' ');
  return trimEnds(legal);
}

/** Windows drops dots and spaces at the end, so `x.exe.` would be `x.exe`; a leading dot hides a file on Unix. */
function trimEnds(name: string): string {
  let start = 0;
  let end = name.length;
  while (start < end && ' .'.includes(name.charAt(start))) start += 1;
  while (end > start && ' .'.includes(name.charAt(end - 1))) end -= 1;
  return name.slice(start, end);
}

/** Cuts the stem, never the extension and never a surrogate pair or a combining mark from its letter. */
function shorten(name: string, suffix: string): string {
  const { stem, extension } = splitExtension(name);
  const room = maxFileNameLength - extension.length - suffix.length;
  return `${stem.length <= room ? stem : trimEnds(cutAt(stem, room))}${suffix}${extension}`;
}

function cutAt(text: string, length: number): string {
  let end = length;
  while (end > length - 20 && /^[\p{M}\udc00-\udfff]/u.test(text.slice(end))) end -= 1;
  return text.slice(0, end).replace(/[\ud800-\udbff]$/, '');
}

function splitExtension(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || name.length - dot > maxExtensionLength) return { stem: name, extension: '' };
  return { stem: name.slice(0, dot), extension: name.slice(dot) };
}

/**
 * The names with a number where one came before, `x.txt`, `x (2).txt`, in their order. Letter case does not tell two
 * names apart, since Windows and macOS keep only one of them.
 * @param names as `safeFileName` gives them
 */
export function uniqueFileNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return names.map((name) => {
    const key = foldName(name);
    let unique = name;
    let count = counts.get(key) ?? 1;
    while (taken.has(foldName(unique))) {
      count += 1;
      unique = shorten(name, ` (${count})`);
    }
    counts.set(key, count);
    taken.add(foldName(unique));
    return unique;
  });
}

function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
