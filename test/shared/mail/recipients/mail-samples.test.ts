import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { chooseRecipients } from '../../../../shared/mail/recipients/choose-recipients.ts';
import { findRecipients } from '../../../../shared/mail/recipients/find-recipients.ts';

const folder = join(import.meta.dirname, '../../../../events/mail');
const marker = ':Email_Rxers_Code:';

async function choose(name: string) {
  const { text, html } = await PostalMime.parse(readFileSync(join(folder, name)));
  const found = findRecipients({ marker, ...(text !== undefined && { text }), ...(html !== undefined && { html }) });
  const chosen = chooseRecipients(found, { maxRecipients: 500, monitoredAddresses: ['capture@in.example.com'] });
  return { found, chosen };
}

describe('the recipients of each sample mail', () => {
  const names = readdirSync(folder);

  it.each(names.filter((name) => !/^(no-marker|recipients-differ|encrypted|opaque)/.test(name)))(
    'C29 C31 C33 %s is for a and b',
    async (name) => {
      const { found, chosen } = await choose(name);
      expect(chosen).toEqual({ addresses: ['a@example.com', 'b@example.com'], refusedCount: 0 });
      expect(JSON.stringify(found)).not.toMatch(/Rxers/i);
      expect((found.text ?? '') + (found.html ?? '')).not.toMatch(/[ab]@example\.com/);
    },
  );

  it('no-marker.eml names nobody', async () => {
    expect((await choose('no-marker.eml')).chosen).toMatchObject({ code: 'ERR_NO_RECIPIENTS' });
  });

  it('C32 recipients-differ.eml is refused', async () => {
    expect((await choose('recipients-differ.eml')).chosen).toMatchObject({ code: 'ERR_RECIPIENT_MISMATCH' });
  });

  it.each(names)('%s has CRLF line ends only', (name) => {
    expect(readFileSync(join(folder, name), 'latin1')).not.toMatch(/(?<!\r)\n|\r(?!\n)/);
  });
});
