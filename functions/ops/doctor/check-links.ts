import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('public-url');
/** What the gateway says of a link that is none. */
const noSuchLink = 404;
const timeoutMs = 8_000;

/** Whether mailed links lead to the gateway: it must know, and say, that a made-up one is none. */
export async function checkLinks(
  askLinks: (url: string) => Promise<number>,
  publicUrl: string,
): Promise<readonly Finding[]> {
  const status = await askLinks(`${publicUrl}/f/${'a'.repeat(32)}`).catch(() => undefined);
  if (status === undefined) {
    return [
      say.error(publicUrl, 'cannot be reached from here', 'look at its DNS record, its certificate and LinkApiUrl'),
    ];
  }
  if (status === noSuchLink) return [say.ok(publicUrl, 'leads to the gateway')];
  return [
    say.error(publicUrl, `answers ${status} to a link that is none`, 'lead it to the LinkApiUrl of the deployment'),
  ];
}

/** The status that a web server answers with. */
export async function askStatus(url: string): Promise<number> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  await response.body?.cancel();
  return response.status;
}
