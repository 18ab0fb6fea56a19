import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAwsSettings } from '../../../infra/aws/settings.ts';
import { faults } from './setting-faults.ts';

const least = {
  recipient: 'capture@in.example.com',
  sender: 'notifications@example.com',
  allowedSenders: '*@devices.example.com, ops@example.com',
};

const folder = mkdtempSync(join(tmpdir(), 'lightermail-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

function routesFile(content: unknown): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('readAwsSettings', () => {
  it('makes one route, aligned and for the allowed senders only, of the least settings', () => {
    const settings = readAwsSettings(least);

    expect(settings.routes).toMatchObject([
      {
        id: 'default',
        address: 'capture@in.example.com',
        recipients: { from: 'body' },
        identity: 'notifications@example.com',
        allowedSenders: ['*@devices.example.com', 'ops@example.com'],
        requireAuth: 'aligned',
        linkExpirySeconds: 129_600,
        retentionDays: 14,
      },
    ]);
    expect(settings).toMatchObject({
      receivingDomains: ['in.example.com'],
      retentionDays: 14,
      deadLetterThreshold: 50,
      oldestMessageSeconds: 180,
      queuedMessages: 180,
      takeOver: false,
    });
    expect(JSON.parse(settings.routesJson)[0].requireAuth).toBe('aligned');
  });

  it('reads numbers and flags from text, and an empty text as not set', () => {
    const settings = readAwsSettings({
      ...least,
      retentionDays: '30',
      queuedMessages: '5',
      takeOver: 'true',
      domain: '',
    });

    expect(settings).toMatchObject({ retentionDays: 30, queuedMessages: 5, takeOver: true });
    expect(settings.routes[0]?.retentionDays).toBe(30);
  });

  it('tells all missing settings at once, one line each', () => {
    expect(faults({})).toEqual([
      expect.stringMatching(/^recipient is not set: must be the monitored address/),
      expect.stringMatching(/^sender is not set: must be the verified address/),
      expect.stringMatching(/^allowedSenders is not set: must be the addresses/),
    ]);
  });

  it('tells all wrong settings at once with name, value and what is allowed', () => {
    const wrong = {
      recipient: 'not an address',
      sender: 'a@b',
      allowedSenders: 'a@b.example;c@d.example',
      linkExpirySeconds: '1.5',
      retentionDays: '0',
      queuedMessages: 'many',
      takeOver: 'yes',
      linkSignerSecret: 'link-signer',
      bucketName: 'Big_Bucket',
      prefix: '/mail',
      permissionsBoundary: 'a b',
      publicUrl: 'http://links.example.com/x',
      domain: 'localhost',
      ruleSet: 'a.b',
      logRetentionDays: '31',
      maxSendRate: '0',
      subscribers: 'http://a.example/sns',
      processedSubscribers: 'https://user:word@a.example/sns',
    };

    expect(faults(wrong).sort()).toEqual([
      'allowedSenders is "a@b.example;c@d.example": must be addresses or *@domain, separated by commas',
      'bucketName is "Big_Bucket": must be the name of an existing S3 bucket, 3 to 63 of a-z, 0-9, . and -',
      'domain is "localhost": must be a domain name such as in.example.com',
      'linkExpirySeconds is "1.5": must be a whole number from 60 to 31536000',
      'linkSignerSecret is set: must be the full ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 characters>',
      expect.stringMatching(
        /^logRetentionDays is "31": must be one of CloudWatch's numbers of days: 1, 3, .*, 30, 60, /,
      ),
      'maxSendRate is "0": must be a whole number from 1 to 100000',
      'permissionsBoundary is "a b": must be the name or the ARN of an IAM policy',
      'prefix is "/mail": must be a folder such as mail/: at most 200 of a-z, A-Z, 0-9, . _ - and /, a / at its end',
      'processedSubscribers is "https://user:word@a.example/sns": must be up to 20 different https URLs without a user or a fragment, separated by commas',
      'publicUrl is "http://links.example.com/x": must be an https URL without a path, such as https://links.example.com',
      'queuedMessages is "many": must be a whole number from 0 to 1000000000',
      'recipient is "not an address": must be one e-mail address such as capture@in.example.com',
      'retentionDays is "0": must be a whole number from 1 to 365',
      'ruleSet is "a.b": must be 1 to 64 of a-z, A-Z, 0-9, _ and -',
      'sender is "a@b": must be one e-mail address such as capture@in.example.com',
      'subscribers is "http://a.example/sns": must be up to 20 different https URLs without a user or a fragment, separated by commas',
      'takeOver is "yes": must be true or false',
    ]);
  });

  const bad: readonly [string, Record<string, string>, RegExp][] = [
    ['a sender that is the recipient', { sender: 'Capture@in.example.com' }, /^sender is .*must not be the recipient/],
    [
      'links that outlive their files',
      { linkExpirySeconds: '172801', retentionDays: '2' },
      /^linkExpirySeconds is 172801: .*longer than the 2 days/,
    ],
    [
      'a bucket without a prefix',
      { bucketName: 'mail-bucket' },
      /^prefix is not set: must be given together with bucketName/,
    ],
    ['a prefix without a bucket', { prefix: 'mail/' }, /^bucketName is not set: must be given together with prefix/],
    [
      'a rule set to add to and one to take over',
      { ruleSet: 'theirs', takeOver: 'true' },
      /^takeOver is "true": must not be given together with ruleSet/,
    ],
    [
      'notices to the monitored address',
      { alarmEmail: 'capture@in.example.com' },
      /^alarmEmail is .*must not be a monitored address/,
    ],
    [
      'a domain that no monitored address is in',
      { domain: 'other.example' },
      /^domain is "other.example": must be the domain of a monitored address/,
    ],
    [
      'a routes file beside a recipient',
      { routes: 'routes.json' },
      /^recipient is "capture@in.example.com": must not be given together with routes/,
    ],
  ];
  it.each(bad)('refuses %s', (_, extra, expected) => {
    expect(faults({ ...least, ...extra })[0]).toMatch(expected);
  });

  it('takes the domain above the monitored address', () => {
    expect(readAwsSettings({ ...least, domain: 'Example.com' }).receivingDomains).toEqual([
      'in.example.com',
      'example.com',
    ]);
  });
});

describe('readAwsSettings with a routes file', () => {
  const route = {
    id: 'scans',
    address: 'scans@in.example.com',
    identity: 'mail@example.com',
    allowedSenders: ['*@example.com'],
  };

  it('takes its routes, aligned unless a route says otherwise', () => {
    const routes = [
      route,
      { ...route, id: 'all', address: '*@all.example.com', requireAuth: 'dmarc', retentionDays: 60 },
    ];

    const settings = readAwsSettings({ routes: routesFile(routes) });

    expect(settings.routes.map(({ id, requireAuth }) => [id, requireAuth])).toEqual([
      ['scans', 'aligned'],
      ['all', 'dmarc'],
    ]);
    expect(settings.retentionDays).toBe(60);
    expect(settings.receivingDomains).toEqual(['in.example.com', 'all.example.com']);
  });

  it('refuses a file that is missing or not JSON', () => {
    expect(faults({ routes: join(folder, 'none.json') })[0]).toMatch(/^routes is .*the file cannot be read/);
    expect(faults({ routes: routesFile('[') })[0]).toMatch(/^routes is .*the file is not JSON/);
  });

  it('refuses routes without allowed senders, wrong values, and more than an SSM parameter holds', () => {
    const { allowedSenders: _, ...open } = route;
    expect(faults({ routes: routesFile([open]) })).toEqual([
      expect.stringMatching(/^routes.0.allowedSenders is not set/),
    ]);
    expect(faults({ routes: routesFile([{ ...route, maxRecipients: 0 }]) })[0]).toMatch(
      /^routes.0.maxRecipients is 0: /,
    );
    const many = Array.from({ length: 90 }, (_unused, index) => ({
      ...route,
      id: `r${index}`,
      address: `r${index}@in.example.com`,
    }));
    expect(faults({ routes: routesFile(many) })[0]).toMatch(/^routes is \d+ bytes of JSON: must be at most 8192/);
  });

  it('refuses a route that waits for verdicts where nothing tells them', () => {
    const routes = routesFile([{ ...route, scan: { verdict: 'required' } }]);

    expect(faults({ routes })).toEqual([
      expect.stringMatching(/^routes.0.scan.verdict is "required": .*malwareProtection/),
    ]);
    expect(faults({ routes, malwareProtection: 'true' })).toEqual([]);
  });

  it('refuses an address within the domain of another route: SES would hand its mail to both', () => {
    const routes = [route, { ...route, id: 'rest', address: '*@IN.example.com' }];

    expect(faults({ routes: routesFile(routes) })).toEqual([
      expect.stringMatching(
        /^routes.0.address is "scans@in.example.com": must not lie within \*@IN.example.com of route rest/,
      ),
    ]);
  });
});
