import { describe, expect, it } from 'vitest';
import { checkPaused, checkQuota, checkSandbox } from '../../../../functions/ops/doctor/check-account.ts';
import { checkConfigurationSet } from '../../../../functions/ops/doctor/check-configuration-set.ts';
import { checkCredentials } from '../../../../functions/ops/doctor/check-credentials.ts';
import {
  checkIdentity,
  checkReceivingDomain,
  chooseIdentity,
  findIdentities,
} from '../../../../functions/ops/doctor/check-identity.ts';
import { checkLinks } from '../../../../functions/ops/doctor/check-links.ts';
import { checkSuppression } from '../../../../functions/ops/doctor/check-suppression.ts';
import { routesSchema } from '../../../../shared/contracts/route.ts';
import type {
  ConfigurationSetFacts,
  SendingFacts,
  SendingIdentity,
} from '../../../../shared/ports/deployment-facts.ts';
import type { AwsConfig } from '../../../../shared/runtime/aws-config.ts';
import { goodAccount, goodIdentity, linesOf } from './fakes.ts';

const goodSet: ConfigurationSetFacts = {
  isSendingEnabled: true,
  destinations: [
    { isEnabled: true, topicArn: 't', eventTypes: ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT', 'OPEN'] },
  ],
};

function fakeSending(over: {
  identities?: readonly SendingIdentity[];
  account?: Partial<typeof goodAccount>;
  sets?: Readonly<Record<string, ConfigurationSetFacts>>;
  suppressed?: Readonly<Record<string, string>>;
}): SendingFacts {
  return {
    account: async () => ({ ...goodAccount, ...over.account }),
    identity: async (name) => over.identities?.find((one) => one.name === name),
    configurationSet: async (name) => over.sets?.[name],
    suppressedFor: async (address) => over.suppressed?.[address],
  };
}

describe('the account', () => {
  it.each([
    [checkSandbox(goodAccount), ['ok']],
    [checkSandbox({ ...goodAccount, hasProductionAccess: false }), ['error']],
    [checkPaused(goodAccount), ['ok']],
    [checkPaused({ ...goodAccount, isSendingEnabled: false }), ['error']],
    [checkPaused({ ...goodAccount, enforcementStatus: 'SHUTDOWN' }), ['error']],
    [checkPaused({ ...goodAccount, enforcementStatus: 'PROBATION' }), ['warning']],
    [checkQuota(goodAccount, 14), ['ok', 'ok']],
    [checkQuota({ ...goodAccount, maxPerDay: -1 }, 14), ['ok', 'ok']],
    [checkQuota({ ...goodAccount, sentLastDay: 40_000 }, 14), ['warning', 'ok']],
    [checkQuota({ ...goodAccount, sentLastDay: 50_000 }, 14), ['error', 'ok']],
    [checkQuota({ ...goodAccount, maxPerSecond: 1 }, 14), ['ok', 'warning']],
  ])('%#', (findings, levels) => {
    expect(findings.map(({ level }) => level)).toEqual(levels);
  });
});

describe('the identity check', () => {
  it('is content with the address, its domain or a domain above it', async () => {
    for (const name of ['n@mail.example.com', 'mail.example.com', 'example.com']) {
      const sending = fakeSending({ identities: [{ ...goodIdentity, name }] });
      expect(linesOf(await checkIdentity(sending, 'n@mail.example.com'))).toEqual([
        `ok n@mail.example.com: verified through ${name}`,
      ]);
    }
  });

  it('finds what is not verified, and never asks for a top-level domain', async () => {
    const asked: string[] = [];
    const sending = { ...fakeSending({}), identity: async (name: string) => void asked.push(name) };
    expect(linesOf(await checkIdentity(sending, 'n@example.com'))).toEqual([
      expect.stringMatching(/^error .*neither it nor its domain/),
    ]);
    expect(asked).toEqual(['n@example.com', 'example.com']);
    const pending = fakeSending({ identities: [{ ...goodIdentity, isVerified: false }] });
    expect(linesOf(await checkIdentity(pending, 'n@example.com'))).toEqual([
      'error n@example.com: example.com is not verified',
    ]);
    expect(chooseIdentity(await findIdentities(pending, 'n@example.com'))?.name).toBe('example.com');
  });
});

describe('the domain that receives', () => {
  it('is verified itself, or a domain above it is; an address is not enough', async () => {
    const look = async (name: string, isVerified = true) => {
      const receiving = fakeSending({ identities: [{ ...goodIdentity, name, isVerified }] });
      return linesOf(await checkReceivingDomain(receiving, 'in.example.com', 'eu-west-1'))[0];
    };
    expect(await look('in.example.com')).toBe('ok in.example.com: verified to receive, through in.example.com');
    expect(await look('example.com')).toMatch(/^ok /);
    expect(await look('any@in.example.com')).toMatch(/^error in\.example\.com: is not verified in eu-west-1/);
    expect(await look('in.example.com', false)).toMatch(/^error /);
  });
});

describe('the links', () => {
  it('lead to the gateway when it knows that a made-up one is none', async () => {
    const look = async (answer: () => Promise<number>) => linesOf(await checkLinks(answer, 'https://l.example'))[0];
    expect(await look(async () => 404)).toMatch(/^ok /);
    expect(await look(async () => 200)).toMatch(/^error .*answers 200/);
    expect(await look(() => Promise.reject(new Error('no')))).toMatch(/^error .*cannot be reached/);
  });
});

describe('the configuration set check', () => {
  const look = async (set: ConfigurationSetFacts | undefined) =>
    linesOf(await checkConfigurationSet(fakeSending(set === undefined ? {} : { sets: { tracking: set } }), 'tracking'));

  it('wants it to be there, to send, and to tell a topic of every end', async () => {
    expect((await look(goodSet))[0]).toMatch(/^ok/);
    expect((await look(undefined))[0]).toMatch(/^error .*no such configuration set/);
    expect((await look({ ...goodSet, isSendingEnabled: false }))[0]).toMatch(/^error .*paused/);
    expect((await look({ ...goodSet, destinations: [] }))[0]).toMatch(
      /^error .*SEND, DELIVERY, BOUNCE, COMPLAINT, REJECT/,
    );
    const disabled = { ...goodSet, destinations: goodSet.destinations.map((one) => ({ ...one, isEnabled: false })) };
    expect((await look(disabled))[0]).toMatch(/^error .*does not tell/);
  });
});

describe('the suppression check', () => {
  it('wants both reasons, and names recipients of routes that get nothing', async () => {
    const good = fakeSending({ suppressed: { 'ann@example.com': 'BOUNCE' } });
    expect(
      linesOf(await checkSuppression(good, [['tracking', goodSet]], ['ann@example.com', 'ben@example.com'])),
    ).toEqual([
      expect.stringMatching(/^ok SES account/),
      expect.stringMatching(/^warning ann@example\.com: .*\(BOUNCE\)/),
    ]);
    const off = fakeSending({ account: { suppressedReasons: [] } });
    expect(
      linesOf(await checkSuppression(off, [['tracking', { ...goodSet, suppressedReasons: ['BOUNCE'] }]], [])),
    ).toEqual([
      expect.stringMatching(/^warning SES account: does not suppress after BOUNCE and COMPLAINT/),
      expect.stringMatching(/^warning tracking: does not suppress after COMPLAINT/),
    ]);
  });
});

describe('the credentials that sign links', () => {
  const base = {
    id: 'r',
    address: 'a@in.example.com',
    identity: 'n@example.com',
    links: 'presigned',
    linkExpirySeconds: 129_600,
  };
  const look = (config: object, route: object = base) =>
    linesOf(checkCredentials(config as AwsConfig, routesSchema.parse([route])));

  it('must last as long as the route promises', () => {
    expect(look({ LIGHTERMAIL_LINK_SIGNER_SECRET_ARN: 'x' })[0]).toMatch(/^ok route r/);
    expect(look({ LIGHTERMAIL_LINK_SIGNER_ROLE_ARN: 'x' })).toEqual([
      'error route r: links of the route r shall last 36 h, but the assumed role signs for 1 h at most',
    ]);
    expect(look({})[0]).toMatch(/^error .*the function's own role/);
    expect(look({ LIGHTERMAIL_LINK_SIGNER_ROLE_ARN: 'x' }, { ...base, linkExpirySeconds: 3600 })[0]).toMatch(/^ok/);
    expect(look({}, { ...base, links: 'gateway' })[0]).toMatch(/^ok links/);
  });
});
