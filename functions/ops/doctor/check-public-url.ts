import type { LocalConfig } from '../../../shared/runtime/local-config.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('public-url');
const timeoutMs = 8_000;

/** Whether the links in mail that leaves this machine lead to it. */
export async function checkPublicUrl(
  config: Pick<LocalConfig, 'publicUrl' | 'smtpRelay' | 'sesEndpoint'>,
): Promise<readonly Finding[]> {
  const { publicUrl } = config;
  const leaves = config.smtpRelay !== undefined || config.sesEndpoint !== undefined;
  if (publicUrl === undefined || isLoopback(new URL(publicUrl).hostname)) {
    const subject = publicUrl ?? 'LIGHTERMAIL_PUBLIC_URL';
    if (!leaves) return [say.ok(subject, 'no mail leaves this machine: its links need to lead nowhere else')];
    return [
      say.warning(
        subject,
        'mail leaves this machine, but its links lead to this machine only',
        'set LIGHTERMAIL_PUBLIC_URL to an address that recipients reach',
      ),
    ];
  }
  const findings =
    publicUrl.startsWith('https:') || !leaves
      ? []
      : [
          say.warning(
            publicUrl,
            'links go over plain HTTP: files can be read on their way',
            'put a TLS proxy in front, and use https://',
          ),
        ];
  try {
    const response = await fetch(`${publicUrl}/healthz`, {
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'manual',
    });
    const isOurs = response.ok && (await response.text()).includes('"status"');
    if (isOurs) return [...findings, say.ok(publicUrl, 'leads here')];
    return [
      ...findings,
      say.error(publicUrl, `answers ${response.status}, not as Lightermail does`, 'lead it to the web port'),
    ];
  } catch {
    return [
      ...findings,
      say.error(
        publicUrl,
        'cannot be reached from here',
        'correct LIGHTERMAIL_PUBLIC_URL, its DNS record or its proxy',
      ),
    ];
  }
}

const isLoopback = (host: string) => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);
