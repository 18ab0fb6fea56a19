import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkGateway } from '../../../functions/link-gateway/handler.ts';
import { type Desk, openDesk } from '../../support/local-desk.ts';
import { giveLink, tokenOf } from '../../support/sample-link.ts';

/** Types that some browser runs, renders or hands to something that runs it. */
const activeTypes = [
  'text/html',
  'TEXT/HTML; charset=utf-7',
  'application/xhtml+xml',
  'image/svg+xml',
  'image/svg',
  'text/xml',
  'application/xml',
  'text/xsl',
  'application/xslt+xml',
  'application/rss+xml',
  'application/atom+xml',
  'application/mathml+xml',
  'text/javascript',
  'application/javascript',
  'application/ecmascript',
  'module',
  'text/css',
  'text/x-component',
  'text/vbscript',
  'text/cache-manifest',
  'application/x-shockwave-flash',
  'application/java-archive',
  'application/x-java-applet',
  'application/hta',
  'application/x-msdownload',
  'message/rfc822',
  'multipart/related',
  'multipart/x-mixed-replace',
  'application/manifest+json',
  'application/wasm',
  'application/vnd.wap.xhtml+xml',
  'text/html\r\nX-Evil: 1',
  '',
  'nonsense',
];
let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

describe('linkGateway, a file of an active type', () => {
  it.each(activeTypes.map((type, index) => [type, index] as const))(
    'E7 D8 gives %j as an octet stream to be saved, in a sandbox that allows nothing',
    async (contentType, index) => {
      const token = tokenOf(index);
      await giveLink(desk, token, Buffer.from('<script>alert(1)</script>'), {
        contentType,
        fileName: 'invoice.pdf.html',
      });

      const { headers, status } = await linkGateway(desk.gatewayPlatform()).request(`/f/${token}`);

      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('application/octet-stream');
      expect(headers.get('content-disposition')).toMatch(/^attachment; /);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
      expect(headers.get('x-evil')).toBeNull();
    },
  );

  it('D9 leaves a page that says it is an image an image to be saved, never to be guessed at', async () => {
    await giveLink(desk, tokenOf(500), Buffer.from('<html><script>alert(1)</script>'), { contentType: 'image/png' });

    const { headers } = await linkGateway(desk.gatewayPlatform()).request(`/f/${tokenOf(500)}`);

    expect(headers.get('content-type')).toBe('image/png');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toMatch(/^attachment; /);
  });
});
