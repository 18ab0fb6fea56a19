import type { Hono } from 'hono';
import { linkGateway } from '../../functions/link-gateway/handler.ts';
import { linkDeskOf } from '../../shared/links/link-desk-of.ts';
import { monitored, openPipeline, type RouteInput } from './pipeline.ts';

export const anyBrowser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' };

/** A mail with files, `name` to bytes, for some recipients. */
export function mailWithFiles(recipients: readonly string[], files: Readonly<Record<string, Buffer>>): string {
  const parts = Object.entries(files).map(
    ([name, bytes]) =>
      `--b\r\nContent-Type: application/octet-stream; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${bytes.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`,
  );
  return [
    `From: Pump 7 <device@example.com>\r\nTo: ${monitored}\r\nSubject: Pressure log\r\nMessage-ID: <${Math.random()}@example.com>\r\n`,
    'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n',
    `--b\r\nContent-Type: text/plain\r\n\r\nSee the files. :Email_Rxers_Code:${recipients.join(',')}:Email_Rxers_Code:\r\n`,
    ...parts,
    '--b--\r\n',
  ].join('');
}

/** The whole way: mail in, links out, the gateway that opens them and the desk that changes them. */
export async function openGatewayMail(route: RouteInput = {}, overrides: Parameters<typeof openPipeline>[1] = {}) {
  const pipeline = await openPipeline([route], overrides);
  const app: Hono = linkGateway(pipeline.platform);
  /** The path of each link, by recipient, in the order of the mail. */
  const linksOf = async () => {
    const found = new Map<string, string[]>();
    for (const { rcptTo, mime } of await pipeline.sent()) {
      const text = mime.replace(/=\r\n/g, '');
      const paths = [...new Set([...text.matchAll(/\/f\/[A-Za-z0-9_-]{32}/g)].map(([path]) => path))];
      found.set(rcptTo, paths);
    }
    return found;
  };
  return {
    ...{ pipeline, app, linksOf, desk: linkDeskOf(pipeline.platform) },
    async deliver(mail: string) {
      await pipeline.arrive(mail);
      await pipeline.drain();
      const [entry] = await pipeline.records.ledger.list({ limit: 1 });
      return entry?.mailId ?? '';
    },
    get: (path: string, init: RequestInit = {}) =>
      app.request(path, { ...init, headers: { ...anyBrowser, ...init.headers } }),
    /** Presses the button and follows it. */
    async download(path: string) {
      const pressed = await app.request(path, { method: 'POST', headers: anyBrowser });
      if (pressed.status !== 303) return pressed;
      return app.request(`/f/${pressed.headers.get('location')}`, { headers: anyBrowser });
    },
  };
}
