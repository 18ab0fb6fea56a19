import { maxPresignedSeconds, type Route } from '../../../shared/contracts/route.ts';
import type { AwsConfig } from '../../../shared/runtime/aws-config.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('link-credentials');

/** A role that a role assumes gives an hour, whatever it allows otherwise. */
const assumedRoleSeconds = 3_600;
/** What Lambda gives its functions lasts a few hours, of which any part may be over. */
const functionRoleSeconds = 3_600;

/**
 * Whether URLs that are signed when the mail is sent can last as long as their routes promise: they die with the
 * credentials that signed them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
export function checkCredentials(config: AwsConfig, routes: readonly Route[]): readonly Finding[] {
  const presigned = routes.filter(({ links }) => links === 'presigned');
  if (presigned.length === 0) return [say.ok('links', 'are looked up at each click: no credentials to outlive')];
  const signer = toSigner(config);
  return presigned.map(({ id, linkExpirySeconds }) => {
    const asked = `links of the route ${id} shall last ${hours(linkExpirySeconds)}`;
    if (linkExpirySeconds <= signer.lastsSeconds)
      return say.ok(`route ${id}`, `${asked}; ${signer.name} lasts so long`);
    return say.error(
      `route ${id}`,
      `${asked}, but ${signer.name} signs for ${hours(signer.lastsSeconds)} at most`,
      'set LIGHTERMAIL_LINK_SIGNER_SECRET_ARN to the key of an IAM user (7 days), shorten linkExpirySeconds, or use links "gateway"',
    );
  });
}

function toSigner(config: AwsConfig): { readonly name: string; readonly lastsSeconds: number } {
  if (config.LIGHTERMAIL_LINK_SIGNER_SECRET_ARN !== undefined) {
    return { name: "the IAM user's key", lastsSeconds: maxPresignedSeconds };
  }
  if (config.LIGHTERMAIL_LINK_SIGNER_ROLE_ARN !== undefined) {
    return { name: 'the assumed role', lastsSeconds: assumedRoleSeconds };
  }
  return { name: "the function's own role", lastsSeconds: functionRoleSeconds };
}

const hours = (seconds: number) => (seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds} s`);
