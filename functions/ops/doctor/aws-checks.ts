import { domainOf } from '../../../shared/mail/address.ts';
import { checkPaused, checkQuota, checkSandbox } from './check-account.ts';
import { checkAlarms } from './check-alarms.ts';
import { checkClock } from './check-clock.ts';
import { checkConfigurationSet } from './check-configuration-set.ts';
import { checkCredentials } from './check-credentials.ts';
import { checkDkim } from './check-dkim.ts';
import { checkDmarc } from './check-dmarc.ts';
import { checkIdentity, checkReceivingDomain, chooseIdentity, findIdentities } from './check-identity.ts';
import { checkLinks } from './check-links.ts';
import { checkMx } from './check-mx.ts';
import { checkDeadLetters, checkQueue } from './check-queues.ts';
import { checkRawMail } from './check-raw-mail.ts';
import { checkRuleSet } from './check-rule-set.ts';
import { checkSpf } from './check-spf.ts';
import { checkSuppression } from './check-suppression.ts';
import { type Deployment, homeOf, queueNameOf, queuePairs } from './deployment.ts';
import { type Check, type Finding, findingsOf } from './finding.ts';
import { toFinding } from './run-checks.ts';
import { topicChecks } from './topic-checks.ts';
import { configurationSetsOf } from './wires.ts';

/** Everything that is looked at on AWS, in the order in which a mail meets it. */
export function awsChecks(deployment: Deployment): readonly Check[] {
  return [
    ...accessChecks(deployment),
    ...receivingChecks(deployment),
    ...topicChecks(deployment),
    ...queueChecks(deployment),
    ...sendingChecks(deployment),
    ...domainChecks(deployment),
    ...stateChecks(deployment),
  ];
}

function accessChecks({ facts, config, clock, askDate, routes }: Deployment): readonly Check[] {
  const group = 'Access';
  return [
    { name: 'caller', group, run: () => checkCaller(() => facts.caller.accountId(), homeOf(config).accountId) },
    { name: 'clock', group, run: () => checkClock(clock, askDate) },
    {
      ...{ name: 'routes', group },
      run: async () => [
        findingsOf('routes').ok(config.LIGHTERMAIL_ROUTES_PARAMETER, tellRoutes((await routes()).length)),
      ],
    },
    { name: 'link-credentials', group, run: async () => checkCredentials(config, await routes()) },
  ];
}

const tellRoutes = (count: number) => `holds ${count} ${count === 1 ? 'route' : 'routes'}`;

/** STS answers everyone whose credentials hold: no answer is an error, not an open question. */
async function checkCaller(accountId: () => Promise<string>, expected: string): Promise<readonly Finding[]> {
  const say = findingsOf('caller');
  try {
    const found = await accountId();
    if (found === expected) return [say.ok(`account ${found}`, 'credentials hold')];
    return [
      say.error(`account ${found}`, `the settings name account ${expected}`, 'use the credentials of that account'),
    ];
  } catch (error) {
    const { finding } = toFinding('caller', error);
    return [say.error('AWS', finding, 'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and the others, then run doctor again')];
  }
}

function receivingChecks(deployment: Deployment): readonly Check[] {
  const { facts, dns, config, sesRegion, partition, routes } = deployment;
  const group = 'Receiving';
  const place = { bucket: config.LIGHTERMAIL_RAW_BUCKET, prefix: config.LIGHTERMAIL_RAW_PREFIX };
  const { accountId } = homeOf(config);
  const forDomains = (name: string, check: (domain: string) => Promise<readonly Finding[]>): Check => ({
    ...{ name, group },
    run: async () => forEach(name, unique((await routes()).map(({ address }) => domainOf(address))), check),
  });
  return [
    forDomains('mx', (domain) => checkMx(dns, domain, sesRegion)),
    forDomains('identity', (domain) => checkReceivingDomain(facts.receiving, domain, sesRegion)),
    {
      ...{ name: 'receipt-rules', group },
      run: async () => checkRuleSet(await facts.receiving.activeRuleSet(), await routes(), place),
    },
    {
      ...{ name: 'raw-mail', group },
      async run() {
        const active = await facts.receiving.activeRuleSet();
        const set = `arn:${partition}:ses:${sesRegion}:${accountId}:receipt-rule-set/${active?.name}`;
        const bucketArn = `arn:${partition}:s3:::${place.bucket}`;
        const writes = active?.rules.flatMap(({ stores }) => stores).filter(({ bucket }) => bucket === place.bucket);
        // By a role it writes as the account's own, whatever the bucket's policy says of the service.
        const asService = writes?.some(({ byRole }) => byRole !== true) === true;
        const rules = asService ? { ruleArn: `${set}:receipt-rule/any` } : {};
        return checkRawMail(facts.buckets, { ...place, bucketArn, accountId, ...rules });
      },
    },
  ];
}

function queueChecks({ facts, config }: Deployment): readonly Check[] {
  return queuePairs(config).map((pair) => ({
    ...{ name: 'queues', group: 'Queues' },
    run: () => checkQueue(facts.queues, facts.functions, pair),
  }));
}

function sendingChecks({ facts: { sending }, config, routes }: Deployment): readonly Check[] {
  const group = 'Sending';
  const sets = configurationSetsOf(config);
  const senders = async () => unique((await routes()).map(({ identity }) => identity));
  const recipients = async () =>
    unique((await routes()).flatMap((route) => (route.recipients.from === 'fixed' ? route.recipients.to : [])));
  return [
    { name: 'sandbox', group, run: async () => checkSandbox(await sending.account()) },
    { name: 'sending', group, run: async () => checkPaused(await sending.account()) },
    { name: 'quota', group, run: async () => checkQuota(await sending.account(), config.LIGHTERMAIL_MAX_SEND_RATE) },
    {
      name: 'identity',
      group,
      run: async () => forEach('identity', await senders(), (sender) => checkIdentity(sending, sender)),
    },
    {
      name: 'configuration-sets',
      group,
      run: () => forEach('configuration-sets', sets, (name) => checkConfigurationSet(sending, name)),
    },
    {
      ...{ name: 'suppression', group },
      async run() {
        const facts = await Promise.all(
          sets.map(async (name) => [name, await sending.configurationSet(name)] as const),
        );
        return checkSuppression(sending, facts, await recipients());
      },
    },
  ];
}

function domainChecks({ facts: { sending }, dns, region, routes }: Deployment): readonly Check[] {
  const group = 'What receivers see';
  const senders = async () => unique((await routes()).map(({ identity }) => identity));
  /** The identities that mail is really sent under, each once. */
  const identities = async () => {
    const chosen = await Promise.all(
      (await senders()).map(async (sender) => chooseIdentity(await findIdentities(sending, sender))),
    );
    return [...new Map(chosen.flatMap((one) => (one === undefined ? [] : [[one.name, one] as const]))).values()];
  };
  return [
    {
      name: 'dkim',
      group,
      run: async () => forEach('dkim', await identities(), (identity) => checkDkim(dns, identity)),
    },
    {
      name: 'spf',
      group,
      run: async () => forEach('spf', await identities(), (identity) => checkSpf(dns, identity, region)),
    },
    {
      ...{ name: 'dmarc', group },
      run: async () => forEach('dmarc', unique((await senders()).map(domainOf)), (domain) => checkDmarc(dns, domain)),
    },
  ];
}

function stateChecks({ facts, config, stackName, askLinks }: Deployment): readonly Check[] {
  const group = 'State';
  const pairs = queuePairs(config);
  const names = new Set(pairs.flatMap(({ url, deadLettersUrl }) => [queueNameOf(url), queueNameOf(deadLettersUrl)]));
  return [
    {
      name: 'dead-letters',
      group,
      run: () => forEach('dead-letters', pairs, (pair) => checkDeadLetters(facts.queues, pair)),
    },
    { name: 'public-url', group, run: () => checkLinks(askLinks, config.LIGHTERMAIL_PUBLIC_URL) },
    { name: 'alarms', group, run: () => checkAlarms(facts.alarms, names, stackName) },
  ];
}

const unique = (texts: readonly string[]) => [...new Set(texts)];

/** What cannot be found out of one item says nothing of the others. */
async function forEach<Item>(
  name: string,
  items: readonly Item[],
  check: (item: Item) => Promise<readonly Finding[]>,
): Promise<Finding[]> {
  const found = items.map((item) => check(item).catch((error: unknown) => [toFinding(name, error)]));
  return (await Promise.all(found)).flat();
}
