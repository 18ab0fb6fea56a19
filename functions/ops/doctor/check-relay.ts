import { parseSmtpUrl } from '../../../shared/adapters/mail/smtp-mail-sender-url.ts';
import { probeSmtp } from '../../../shared/adapters/mail/smtp-probe.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('smtp-relay');

/** Whether the server that mail is handed on to answers, begins TLS and knows us. @param url holds a password: never shown */
export async function checkRelay(url: string): Promise<readonly Finding[]> {
  const endpoint = parseSmtpUrl(url);
  const subject = `SMTP relay ${endpoint.host}:${endpoint.port}`;
  try {
    await probeSmtp({ ...endpoint, requireTls: !endpoint.isLoopback });
    const known = endpoint.credentials === undefined ? '' : ', and lets us in';
    return [say.ok(subject, `answers${endpoint.isLoopback ? '' : ' over TLS'}${known}`)];
  } catch (error) {
    return [
      say.error(
        subject,
        (error as Error).message,
        'correct LIGHTERMAIL_SMTP_RELAY, or wait for the server: mail is kept and tried again',
      ),
    ];
  }
}
