import type { ReceivingFacts, SendingFacts, SendingIdentity } from '../../../shared/ports/deployment-facts.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('identity');

/** Every identity that SES may find a sender verified under: the address, its domain, the domains above. */
export async function findIdentities(
  facts: Pick<SendingFacts, 'identity'>,
  sender: string,
): Promise<readonly SendingIdentity[]> {
  const labels = sender.slice(sender.lastIndexOf('@') + 1).split('.');
  const domains = labels.slice(0, Math.max(1, labels.length - 1)).map((_label, index) => labels.slice(index).join('.'));
  const found = await Promise.all([sender, ...domains].map((name) => facts.identity(name)));
  return found.filter((identity) => identity !== undefined);
}

/** The one that SES sends with: the most specific that is verified. */
export function chooseIdentity(identities: readonly SendingIdentity[]): SendingIdentity | undefined {
  return identities.find(({ isVerified }) => isVerified) ?? identities[0];
}

/** Whether SES lets mail out under a route's address. */
export async function checkIdentity(sending: SendingFacts, sender: string): Promise<readonly Finding[]> {
  const identities = await findIdentities(sending, sender);
  const verified = identities.find(({ isVerified }) => isVerified);
  if (verified !== undefined) return [say.ok(sender, `verified through ${verified.name}`)];
  const [pending] = identities;
  if (pending === undefined) {
    const domain = sender.slice(sender.lastIndexOf('@') + 1);
    return [say.error(sender, 'neither it nor its domain is an identity of SES here', `verify ${domain} in SES`)];
  }
  return [say.error(sender, `${pending.name} is not verified`, 'publish the records that SES shows for it')];
}

/**
 * Whether SES takes mail in for a domain: it, or one above it, must be verified where mail is received.
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-verification.html
 */
export async function checkReceivingDomain(
  receiving: Pick<ReceivingFacts, 'identity'>,
  domain: string,
  sesRegion: string,
): Promise<readonly Finding[]> {
  const identities = await findIdentities(receiving, `any@${domain}`);
  const verified = identities.find(({ isVerified, name }) => isVerified && !name.includes('@'));
  if (verified !== undefined) return [say.ok(domain, `verified to receive, through ${verified.name}`)];
  return [say.error(domain, `is not verified in ${sesRegion}: SES refuses its mail`, `verify ${domain} in SES, there`)];
}
