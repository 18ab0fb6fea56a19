import { cleanFileName } from './clean-text.ts';

/** Octets of a value in one RFC 2231 section: with its name and three characters each, a line stays within 78. */
const maxSectionLength = 50;
const maxNameCodePoints = 255;
/** RFC 2231 §7 `attribute-char`. */
const attributeChar = /^[A-Za-z0-9!#$&+.^_`{|}~-]$/;

/**
 * A file name as parameters of a MIME field: one quoted-string when it is short ASCII, RFC 2231 sections otherwise.
 * The name is cleaned first; decoded it is `cleanFileName(name)`, cut to 255 characters.
 * @param parameter `filename` or `name`
 * @see RFC 2231 §3, §4; RFC 2183 §2.3
 */
export function encodeFileNameParameter(parameter: string, name: string): string {
  const clean = [...cleanFileName(name)].slice(0, maxNameCodePoints).join('').trimEnd();
  if (/^[\x20-\x7e]*$/.test(clean) && clean.length <= maxSectionLength) {
    return `; ${parameter}="${clean.replace(/["\\]/g, '\\$&')}"`;
  }
  const sections = toSections(clean);
  if (sections.length === 1) return `;\r\n ${parameter}*=UTF-8''${sections[0]}`;
  return sections
    .map((section, index) => `;\r\n ${parameter}*${index}*=${index === 0 ? "UTF-8''" : ''}${section}`)
    .join('');
}

function toSections(text: string): string[] {
  const sections: string[] = [];
  let section = '';
  for (const char of text) {
    const encoded = attributeChar.test(char) ? char : encodePercent(char);
    if (section.length + encoded.length > maxSectionLength) {
      sections.push(section);
      section = '';
    }
    section += encoded;
  }
  return [...sections, section];
}

function encodePercent(char: string): string {
  return Buffer.from(char).toString('hex').toUpperCase().replace(/../g, '%$&');
}
