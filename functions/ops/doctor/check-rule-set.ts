import type { Route } from '../../../shared/contracts/route.ts';
import { domainOf } from '../../../shared/mail/address.ts';
import type { ReceiptRule, ReceiptRuleSet } from '../../../shared/ports/deployment-facts.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('receipt-rules');

/** Where the rules must put raw mail. */
export interface RawPlace {
  readonly bucket: string;
  /** With its slash. */
  readonly prefix: string;
}

/**
 * Whether SES's active rules bring each route's mail to where it is processed, and no rule before takes it away.
 * Rules run in order; a stop ends it, and so does a bounce for the mail that it refuses.
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-concepts.html
 */
export function checkRuleSet(
  active: ReceiptRuleSet | undefined,
  routes: readonly Route[],
  place: RawPlace,
): readonly Finding[] {
  if (active === undefined) {
    return [
      say.error('SES', 'no receipt rule set is active: every mail is refused', 'deploy again, which activates it'),
    ];
  }
  return routes.flatMap((route) => checkRoute(active, route, place));
}

function checkRoute({ name, rules }: ReceiptRuleSet, route: Route, place: RawPlace): readonly Finding[] {
  const prefix = `${place.prefix}${route.id}/`;
  const stores = (rule: ReceiptRule) =>
    rule.stores.some((store) => store.bucket === place.bucket && store.prefix === prefix) && takes(rule, route.address);
  const own = rules.findIndex(stores);
  const rule = rules[own];
  if (rule === undefined) {
    return [
      say.error(
        route.address,
        `the active rule set ${name} has no rule that stores its mail under ${prefix}`,
        'deploy again; when this set is someone else’s, deploy with ruleSet set to its name',
      ),
    ];
  }
  if (!rule.isEnabled)
    return [say.error(route.address, `the rule ${rule.name} is disabled`, 'enable it, or deploy again')];
  const before = rules.slice(0, own).filter((one) => one.isEnabled && takes(one, route.address));
  const findings = before.flatMap((one) => judgeEarlier(one, route.address));
  if (!rule.scans)
    findings.push(
      say.warning(route.address, `the rule ${rule.name} does not scan for viruses and spam`, 'enable its scan'),
    );
  if (!rule.requiresTls)
    findings.push(say.warning(route.address, `the rule ${rule.name} takes mail without TLS`, 'let it require TLS'));
  return findings.length > 0
    ? findings
    : [say.ok(route.address, `stored under ${prefix} by rule ${own + 1} of ${name}`)];
}

function judgeEarlier(rule: ReceiptRule, address: string): Finding[] {
  const ending = rule.actions.find((action) => action === 'stop' || action === 'bounce' || action === 'workmail');
  if (ending !== undefined) {
    return [
      say.error(
        address,
        `the rule ${rule.name} takes this address too and ends with ${ending}: the mail does not come here`,
        `move the route’s rule before ${rule.name}`,
      ),
    ];
  }
  return [
    say.warning(
      address,
      `the rule ${rule.name} takes this address too, before (${rule.actions.join(', ')})`,
      'see that this is meant',
    ),
  ];
}

/** Whether a rule is for an address, or for all of `*@domain`. A rule without recipients takes everything. */
function takes({ recipients }: ReceiptRule, address: string): boolean {
  if (recipients.length === 0) return true;
  const wanted = address.toLowerCase();
  const domain = domainOf(wanted);
  const isForAll = wanted.startsWith('*@');
  return recipients.some((recipient) => {
    if (recipient.startsWith('.')) return domain.endsWith(recipient);
    return recipient.includes('@') ? !isForAll && recipient === wanted : recipient === domain;
  });
}
