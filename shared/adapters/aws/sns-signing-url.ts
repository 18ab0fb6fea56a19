import { snsPlaceOf } from '../../contracts/sns-message.ts';
import { PermanentMailError } from '../../errors/mail-error.ts';

const certificateName = /^SimpleNotificationService-[0-9a-f]{8,64}\.pem$/;

/**
 * Holds the URL of a signing certificate to the one place where SNS keeps it: the SNS host of the topic's own region,
 * over TLS, under SNS's own name. The text is compared whole and never parsed as a URL first, so that no spelling of
 * another host, user, port or path can pass for it.
 * @param url `SigningCertURL` of a message
 * @param topicArn `TopicArn` of the same message
 * @throws PermanentMailError `ERR_NOT_AUTHENTICATED` for any other place
 */
export function pinSigningUrl(url: string, topicArn: string): string {
  const { region, domain } = snsPlaceOf(topicArn);
  const folder = `https://sns.${region}.${domain}/`;
  if (url.startsWith(folder) && certificateName.test(url.slice(folder.length))) return url;
  throw new PermanentMailError(
    'ERR_NOT_AUTHENTICATED',
    "the signing certificate is not at the sns host of the topic's region",
  );
}
