import { probeSmtp } from '../../../shared/adapters/mail/smtp-probe.ts';
import type { LocalConfig } from '../../../shared/runtime/local-config.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('smtp');

/** Whether the SMTP port greets and begins TLS, and lets the first user in where users are set. */
export async function checkSmtpInlet(
  config: LocalConfig,
  at: { readonly host: string; readonly port: number },
): Promise<readonly Finding[]> {
  const subject = `SMTP ${at.host}:${at.port}`;
  const [credentials] = config.smtpUsers;
  try {
    // Its certificate is its own, made for localhost.
    const how = { isImplicitTls: false, isLoopback: true, requireTls: true };
    await probeSmtp({ ...at, ...how, ...(credentials === undefined ? {} : { credentials }) });
    return [say.ok(subject, `greets, and begins TLS${credentials === undefined ? '' : ', and lets its users in'}`)];
  } catch (error) {
    return [say.error(subject, (error as Error).message, 'look at the log of the runtime')];
  }
}
