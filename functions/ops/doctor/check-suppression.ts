import type { ConfigurationSetFacts, SendingFacts } from '../../../shared/ports/deployment-facts.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('suppression');
/** SES allows one such question a second. */
const mostAsked = 10;

/** Whether SES stops mail to addresses that bounced or complained, and whether recipients of a route are among them. */
export async function checkSuppression(
  sending: SendingFacts,
  sets: readonly (readonly [name: string, facts: ConfigurationSetFacts | undefined])[],
  recipients: readonly string[],
): Promise<readonly Finding[]> {
  const { suppressedReasons } = await sending.account();
  const findings = [judge('SES account', suppressedReasons)];
  for (const [name, facts] of sets) {
    if (facts?.suppressedReasons !== undefined) findings.push(judge(name, facts.suppressedReasons));
  }
  for (const address of recipients.slice(0, mostAsked)) {
    const reason = await sending.suppressedFor(address);
    if (reason === undefined) continue;
    const command = 'aws sesv2 delete-suppressed-destination --email-address …';
    findings.push(
      say.warning(
        address,
        `is on SES's suppression list (${reason}): it gets nothing`,
        `once it works again: ${command}`,
      ),
    );
  }
  return findings;
}

function judge(subject: string, reasons: readonly string[]): Finding {
  const missing = ['BOUNCE', 'COMPLAINT'].filter((reason) => !reasons.includes(reason));
  return missing.length === 0
    ? say.ok(subject, 'stops mail to addresses that bounced or complained')
    : say.warning(
        subject,
        `does not suppress after ${missing.join(' and ')}`,
        'switch both reasons of the suppression list on',
      );
}
