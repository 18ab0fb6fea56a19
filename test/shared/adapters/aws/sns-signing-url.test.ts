import { describe, expect, it } from 'vitest';
import { pinSigningUrl } from '../../../../shared/adapters/aws/sns-signing-url.ts';
import { toErrorCode } from '../../../../shared/errors/mail-error.ts';

const arn = (region: string, partition = 'aws') => `arn:${partition}:sns:${region}:123456789012:topic`;
const file = 'SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem';
const good = `https://sns.us-east-1.amazonaws.com/${file}`;

function codeOf(url: string, topicArn = arn('us-east-1')): string {
  try {
    return pinSigningUrl(url, topicArn);
  } catch (error) {
    return toErrorCode(error);
  }
}

describe('pinSigningUrl', () => {
  it.each([
    ['us-east-1', 'aws', 'amazonaws.com'],
    ['ap-southeast-1', 'aws', 'amazonaws.com'],
    ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
    ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
  ])('H1 takes the host of the topic, in %s of %s', (region, partition, domain) => {
    const url = `https://sns.${region}.${domain}/${file}`;
    expect(codeOf(url, arn(region, partition))).toBe(url);
  });

  it.each([
    ['another scheme', good.replace('https', 'http')],
    ['a scheme in capitals', good.replace('https', 'HTTPS')],
    ['another region', good.replace('us-east-1', 'us-west-2')],
    ['no region', 'https://sns.amazonaws.com/x.pem'],
    ['a host that begins alike', `https://sns.us-east-1.amazonaws.com.evil.example/${file}`],
    ['a host that ends alike', `https://evil-sns.us-east-1.amazonaws.com/${file}`],
    ['a bucket whose host begins with sns', `https://sns.s3.us-east-1.amazonaws.com/${file}`],
    ['a bucket named like a region', `https://sns.us-east-1.s3.amazonaws.com/${file}`],
    ['the domain of another partition', good.replace('amazonaws.com', 'amazonaws.com.cn')],
    ['a user', `https://sns.us-east-1.amazonaws.com@evil.example/${file}`],
    ['a user before the host', `https://user:pw@sns.us-east-1.amazonaws.com/${file}`],
    ['a port', good.replace('.com/', '.com:443/')],
    ['a trailing dot', good.replace('.com/', '.com./')],
    ['a host in capitals', good.replace('sns.', 'SNS.')],
    ['a full-width dot', good.replace('sns.', 'sns\uff0e')],
    ['a backslash', `https://sns.us-east-1.amazonaws.com\\@evil.example/${file}`],
    ['a folder', good.replace('/Simple', '/folder/Simple')],
    ['a path that climbs', good.replace('/Simple', '/../Simple')],
    ['an encoded slash', good.replace('/Simple', '/%2fSimple')],
    ['a query', `${good}?x=1`],
    ['a fragment', `${good}#x`],
    ['another file', good.replace('SimpleNotificationService', 'Other')],
    ['a name that is not hexadecimal', good.replace('f3ecfb72', 'zzzzzzzz')],
    ['an empty name', 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-.pem'],
    ['another ending', good.replace('.pem', '.pem.txt')],
    ['a line break behind', `${good}\n`],
    ['a blank in front', ` ${good}`],
    ['an address of this machine', `https://127.0.0.1/${file}`],
    ['the metadata service', `http://169.254.169.254/${file}`],
    ['nothing', ''],
  ])('H1 refuses %s', (_, url) => {
    expect(codeOf(url)).toBe('ERR_NOT_AUTHENTICATED');
  });

  it('H1 refuses a topic whose partition is not known', () => {
    expect(codeOf(good, 'arn:aws-iso:sns:us-iso-east-1:123456789012:topic')).toBe('ERR_BAD_EVENT');
  });
});
