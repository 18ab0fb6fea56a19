import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { LinkApi } from '../../../infra/aws/link-api.ts';
import { LinkDomain } from '../../../infra/aws/link-domain.ts';
import { MailDomains } from '../../../infra/aws/mail-domains.ts';
import { ReceivingStack } from '../../../infra/aws/receiving-stack.ts';
import { readAwsSettings } from '../../../infra/aws/settings.ts';
import type { RawSettings } from '../../../shared/runtime/settings.ts';
import {
  countsOf,
  leastSettings,
  onlyResource,
  resourcesOfType,
  shown,
  synthesize,
  templateOf,
} from './synthesized.ts';
import { foreignLinkDomainSettings, ownDomainSettings } from './variants.ts';

const whole = synthesize(ownDomainSettings).pipeline;

/** The domains' part alone, in a stack of its own: quicker than a whole pipeline. */
function mailDomains(settings: RawSettings): Template {
  return templateOf((stack) => {
    const rest = { receivingRegion: 'eu-west-1', configurationSetName: 'intact' };
    new MailDomains(stack, 'Mail', { settings: readAwsSettings({ ...leastSettings, ...settings }), ...rest });
  });
}

const byHand = mailDomains({ domain: 'example.com', makeIdentity: 'true' });
const zone = { hostedZoneId: 'Z0123456789ABC', hostedZoneName: 'in.example.com' };

/** The outputs that tell records to set, by their names. */
const told = (template: Template) =>
  Object.fromEntries(
    Object.entries(template.findOutputs('*')).flatMap(([id, { Value }]) =>
      id.startsWith('Dns') ? [[id, shown(Value)]] : [],
    ),
  );

/** The records that are made, but for aliases. */
const made = (template: Template) =>
  resourcesOfType(template, 'AWS::Route53::RecordSet')
    .filter(([, { Properties }]) => Properties.AliasTarget === undefined)
    .map(([, { Properties }]) => {
      expect(Properties.HostedZoneId).toBe(zone.hostedZoneId);
      return `${shown(Properties.Name)} ${Properties.Type} ${shown(Properties.ResourceRecords)}`;
    });

const dkim = expect.stringMatching(/^\{MailDomainIdentity\w+\} CNAME \{MailDomainIdentity\w+\}$/);

describe('a domain of its own', () => {
  it('adds these resources and no others', () => {
    const [before, after] = [countsOf(synthesize().pipeline), countsOf(whole)];
    const added = Object.entries(after).flatMap(([type, count]) => {
      const more = count - (before[type] ?? 0);
      return more === 0 ? [] : [[type, more]];
    });

    expect(Object.keys(before).filter((type) => after[type] === undefined)).toEqual([]);
    expect(Object.fromEntries(added)).toEqual({
      'AWS::ApiGatewayV2::ApiMapping': 1,
      'AWS::ApiGatewayV2::DomainName': 1,
      'AWS::CertificateManager::Certificate': 1,
      'AWS::IAM::Role': 1,
      'AWS::IAM::User': 1,
      'AWS::Lambda::Function': 1,
      'AWS::Lambda::Permission': 1,
      'AWS::Logs::LogGroup': 1,
      'AWS::Route53::RecordSet': 8,
      'AWS::SES::EmailIdentity': 1,
      'AWS::SecretsManager::RotationSchedule': 1,
      'AWS::SecretsManager::Secret': 1,
      'Custom::LightermailDeviceKeys': 1,
    });
  });

  it('is signed by 2048-bit Easy DKIM, has a bounce domain, and mails no feedback beside the events', () => {
    const [, { Properties }] = onlyResource(whole, 'AWS::SES::EmailIdentity', 'Mail');

    expect(Properties).toMatchObject({
      EmailIdentity: 'example.com',
      DkimAttributes: { SigningEnabled: true },
      DkimSigningAttributes: { NextSigningKeyLength: 'RSA_2048_BIT' },
      MailFromAttributes: { MailFromDomain: 'back.example.com', BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
      FeedbackAttributes: { EmailForwardingEnabled: false },
    });
    expect(shown(Properties.ConfigurationSetAttributes.ConfigurationSetName)).toMatch(/^\{ConfigurationSetsIntact/);
  });

  it('is verified where mail is received too, when that is another region: with its own DKIM keys, for nothing that is sent', () => {
    const settings = {
      ...leastSettings,
      domain: 'example.com',
      makeIdentity: 'true',
      ruleSet: 'theirs',
      sesRegion: 'eu-west-1',
    };
    const template = templateOf(
      (stack) =>
        new ReceivingStack(stack, 'Receiving', {
          settings: readAwsSettings(settings, 'ap-southeast-1'),
          ruleSetName: 'theirs',
          target: { bucketName: 'raw', prefix: 'raw/' },
          assetFolder: (name) => name,
        }),
    );

    const [, { Properties }] = onlyResource(template, 'AWS::SES::EmailIdentity', 'Domain');
    expect(Properties).toMatchObject({ EmailIdentity: 'example.com', DkimAttributes: { SigningEnabled: true } });
    expect(Properties).not.toHaveProperty('MailFromAttributes');
    expect(Properties).not.toHaveProperty('ConfigurationSetAttributes');
    expect(Object.keys(told(template))).toEqual(['DnsDkim1', 'DnsDkim2', 'DnsDkim3']);
  });

  it('is not made an identity unasked', () => {
    expect(countsOf(mailDomains({ domain: 'example.com' }))).not.toHaveProperty('AWS::SES::EmailIdentity');
  });
});

describe('the DNS records', () => {
  it('are told one by one where somebody else keeps the zone', () => {
    expect(told(byHand)).toEqual({
      DnsMx1: 'in.example.com MX 10 inbound-smtp.eu-west-1.amazonaws.com',
      DnsDkim1: dkim,
      DnsDkim2: dkim,
      DnsDkim3: dkim,
      DnsMailFromMx: 'bounce.example.com MX 10 feedback-smtp.{Region}.amazonses.com',
      DnsMailFromSpf: 'bounce.example.com TXT "v=spf1 include:amazonses.com ~all"',
      DnsDmarc: '_dmarc.example.com TXT "v=DMARC1; p=none"',
    });
    expect(made(byHand)).toEqual([]);
  });

  it('are the three tokens of DKIM, each under its own name', () => {
    const attributes = Object.entries(byHand.findOutputs('*'))
      .filter(([id]) => id.startsWith('DnsDkim'))
      .map(([, { Value }]) => JSON.stringify(Value).match(/DkimDNSToken\w+/g));

    expect(attributes).toEqual([1, 2, 3].map((n) => [`DkimDNSTokenName${n}`, `DkimDNSTokenValue${n}`]));
  });

  it('are made where the zone is ours, with the policy and reports that the settings ask for', () => {
    expect(told(whole)).toEqual({});
    expect(made(whole)).toEqual([
      'in.example.com MX 10 inbound-smtp.{Region}.amazonaws.com',
      ...Array(3).fill(dkim),
      'back.example.com MX 10 feedback-smtp.{Region}.amazonses.com',
      'back.example.com TXT "v=spf1 include:amazonses.com ~all"',
      '_dmarc.example.com TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"',
    ]);
  });

  it('leave the exchanger of a domain above the monitored ones alone', () => {
    expect([...made(whole), ...Object.values(told(byHand))].filter((line) => /^example\.com /.test(line))).toEqual([]);
  });

  it('of names outside the zone are told, those within are made', () => {
    const routed = mailDomains({ ...zone, domain: 'in.example.com' });

    expect(made(routed)).toEqual(['in.example.com MX 10 inbound-smtp.eu-west-1.amazonaws.com']);
    expect(told(routed)).toEqual({});
    const other = mailDomains({ ...zone, recipient: 'a@else.example.com', linkDomain: 'l.in.example.com' });
    expect(made(other)).toEqual([]);
    expect(told(other)).toEqual({ DnsMx1: 'else.example.com MX 10 inbound-smtp.eu-west-1.amazonaws.com' });
  });

  it('have no policy where the domain has its own', () => {
    const settings = { domain: 'example.com', makeIdentity: 'true', dmarcPolicy: 'off' };

    expect(Object.keys(told(mailDomains(settings)))).not.toContain('DnsDmarc');
  });
});

describe('the link domain', () => {
  it('begins every link, over TLS 1.2 or later, and nothing answers under another name', () => {
    const [nameId, name] = onlyResource(whole, 'AWS::ApiGatewayV2::DomainName', 'LinkDomain');
    const [, mapping] = resourcesOfType(whole, 'AWS::ApiGatewayV2::ApiMapping')[0]!;
    const [, api] = onlyResource(whole, 'AWS::ApiGatewayV2::Api', 'Links');
    const [, processor] = onlyResource(whole, 'AWS::Lambda::Function', 'inboundprocessor');

    expect(processor.Properties.Environment.Variables.LIGHTERMAIL_PUBLIC_URL).toBe('https://links.example.com');
    expect(name.Properties).toMatchObject({
      DomainName: 'links.example.com',
      DomainNameConfigurations: [{ EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' }],
    });
    expect(shown(mapping.Properties.DomainName)).toBe(`{${nameId}}`);
    expect(mapping.Properties.Stage).toBe('$default');
    expect(api.Properties.DisableExecuteApiEndpoint).toBe(true);
  });

  it('in our zone has a certificate that the zone validates, and an alias', () => {
    const [certificateId, certificate] = onlyResource(whole, 'AWS::CertificateManager::Certificate', 'LinkDomain');
    const [, name] = onlyResource(whole, 'AWS::ApiGatewayV2::DomainName', 'LinkDomain');
    const [, alias] = onlyResource(whole, 'AWS::Route53::RecordSet', 'LinkDomainAlias');

    expect(certificate.Properties).toMatchObject({
      DomainName: 'links.example.com',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'links.example.com', HostedZoneId: zone.hostedZoneId }],
    });
    expect(shown(name.Properties.DomainNameConfigurations[0].CertificateArn)).toBe(`{${certificateId}}`);
    expect(alias.Properties).toMatchObject({ Name: 'links.example.com.', Type: 'A', HostedZoneId: zone.hostedZoneId });
    expect(alias.Properties.AliasTarget).toBeDefined();
  });

  it('elsewhere uses the certificate that is given, and tells the record to set', () => {
    const { linkDomain, linkCertificateArn } = foreignLinkDomainSettings;
    let url = '';
    const template = templateOf((stack) => {
      const domain = new LinkDomain(stack, 'LinkDomain', {
        domainName: linkDomain,
        certificateArn: linkCertificateArn,
        zone: { id: zone.hostedZoneId, name: 'example.com' },
      });
      url = new LinkApi(stack, 'Links', domain).url;
    });

    expect(url).toBe('https://links.example.org');
    const [, name] = onlyResource(template, 'AWS::ApiGatewayV2::DomainName', 'LinkDomain');
    expect(name.Properties.DomainNameConfigurations[0].CertificateArn).toBe(linkCertificateArn);
    expect(countsOf(template)).not.toHaveProperty('AWS::CertificateManager::Certificate');
    expect(countsOf(template)).not.toHaveProperty('AWS::Route53::RecordSet');
    expect(told(template)).toEqual({
      DnsLinks: expect.stringMatching(/^links\.example\.org CNAME \{LinkDomain/),
    });
  });
});

describe("devices' credentials", () => {
  const find = (type: string) => onlyResource(whole, type, 'Devices');

  it('are of a user who may send from one address, under our identities, and do nothing else', () => {
    const [, { Properties }] = find('AWS::IAM::User');
    const [statement, ...more] = Properties.Policies.flatMap(
      ({ PolicyDocument }: { PolicyDocument: { Statement: unknown[] } }) => PolicyDocument.Statement,
    );

    expect(Object.keys(Properties).sort()).toEqual(['Policies', 'Tags']);
    expect(more).toEqual([]);
    expect(statement).toMatchObject({
      Effect: 'Allow',
      Action: 'ses:SendRawEmail',
      Condition: { StringEqualsIgnoreCase: { 'ses:FromAddress': ['scanner@example.com'] } },
    });
    expect(statement.Resource.map(shown)).toEqual([
      'arn:{Partition}:ses:{Region}:{AccountId}:identity/scanner@example.com',
      'arn:{Partition}:ses:{Region}:{AccountId}:identity/example.com',
      expect.stringContaining(':configuration-set/{ConfigurationSetsTracking'),
      expect.stringContaining(':configuration-set/{ConfigurationSetsIntact'),
    ]);
  });

  it('stand in no template: the secret has a host, a port and no user before it is rotated, and its ARN is told', () => {
    const [secretId, secret] = find('AWS::SecretsManager::Secret');
    const { SecretStringTemplate, GenerateStringKey } = secret.Properties.GenerateSecretString;

    expect(secret.Properties).not.toHaveProperty('SecretString');
    expect(JSON.parse(shown(SecretStringTemplate))).toEqual({
      host: 'email-smtp.{Region}.amazonaws.com',
      port: 587,
      username: '',
    });
    expect(GenerateStringKey).toBe('password');
    expect(shown(whole.findOutputs('DeviceCredentials').DeviceCredentials?.Value)).toBe(`{${secretId}}`);
    whole.resourceCountIs('AWS::IAM::AccessKey', 0);
    expect(JSON.stringify(whole.toJSON())).not.toMatch(/SecretAccessKey|resolve:secretsmanager/);
  });

  it('are made by the first rotation, and anew as often as the settings say', () => {
    const [, schedule] = find('AWS::SecretsManager::RotationSchedule');
    const [functionId, rotate] = find('AWS::Lambda::Function');

    expect(schedule.Properties).toMatchObject({
      RotateImmediatelyOnUpdate: true,
      RotationRules: { AutomaticallyAfterDays: 90 },
    });
    expect(shown(schedule.Properties.RotationLambdaARN)).toBe(`{${functionId}}`);
    expect(shown(rotate.Properties.Environment.Variables.LIGHTERMAIL_DEVICE_USER)).toBe(
      `{${find('AWS::IAM::User')[0]}}`,
    );
    expect(rotate.Properties.Timeout).toBe(150);
    const [permissionId, permission] = find('AWS::Lambda::Permission');
    expect(permission.Properties.Principal).toBe('secretsmanager.amazonaws.com');
    expect(shown(permission.Properties.SourceAccount)).toBe('{AccountId}');
    expect(schedule.DependsOn).toContain(permissionId);
  });

  it('end before their user does: the keys are taken away after the schedule and before the user', () => {
    const [keysId, keys] = find('Custom::LightermailDeviceKeys');
    const [, schedule] = find('AWS::SecretsManager::RotationSchedule');

    expect(schedule.DependsOn).toContain(keysId);
    expect(shown(keys.Properties.userName)).toBe(`{${find('AWS::IAM::User')[0]}}`);
  });

  it("are rotated by a function that reaches this user's keys and this secret alone", () => {
    const [, role] = find('AWS::IAM::Role');
    const statements = role.Properties.Policies[0].PolicyDocument.Statement;

    expect(statements.map(({ Action, Resource }: Record<string, unknown>) => [Action, shown(Resource)])).toEqual([
      [['logs:CreateLogStream', 'logs:PutLogEvents'], expect.stringMatching(/^\{DevicesRotateLog/)],
      [['iam:CreateAccessKey', 'iam:DeleteAccessKey', 'iam:ListAccessKeys'], `{${find('AWS::IAM::User')[0]}}`],
      [
        [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        `{${find('AWS::SecretsManager::Secret')[0]}}`,
      ],
    ]);
  });
});
