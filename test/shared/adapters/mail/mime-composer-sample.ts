import type { Composition, LinkedFile } from '../../../../shared/ports/mime-composer.ts';

export const reportFile: LinkedFile = {
  fileName: 'report.pdf',
  contentType: 'application/pdf',
  sizeBytes: 3_214_567,
  url: 'https://links.example.com/f/AbCdEfGhIjKlMnOpQrStUvWxYz',
  expiresAt: new Date('2026-11-24T08:15:00Z'),
};

/** A plain composition, with what a test wants otherwise. */
export function composition(changes: Partial<Composition> = {}): Composition {
  return {
    emailId: 'abcdef0123456789',
    from: { address: 'notifications@example.com', name: 'Device 7' },
    to: 'reader@x.example',
    subject: 'Figures',
    text: 'Hello.\n',
    files: [reportFile],
    inline: [],
    card: 'bottom',
    date: new Date('2026-11-22T20:00:00Z'),
    headers: { 'X-Lightermail-Hop': 'v1 0123456789' },
    ...changes,
  };
}

/** A composition without the property: an optional property cannot be undefined. */
export function without(key: 'text' | 'html', changes: Partial<Composition> = {}): Composition {
  const { [key]: _, ...rest } = composition(changes);
  return rest;
}
