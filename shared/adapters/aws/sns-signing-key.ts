import { type KeyObject, X509Certificate } from 'node:crypto';
import { PermanentMailError } from '../../errors/mail-error.ts';

/** A signing certificate's key, and when it may be used. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** Whom AWS issues signing certificates to: all of SNS, or the SNS of a region or partition. */
const signerName = /^(?:sns|sns-signing\.[a-z0-9-]+|sns-[a-z]{2}-[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;
const leastModulusBits = 2048;

/**
 * Reads the certificate that stands at a pinned URL. SNS publishes the leaf alone, so that its chain cannot be walked:
 * what vouches for it is the TLS connection to the pinned host; its subject and its dates are checked here.
 * @throws PermanentMailError `ERR_NOT_AUTHENTICATED` when it is no certificate that SNS signs with
 */
export function readSigningKey(pem: string): SigningKey {
  const certificate = parse(pem);
  const { publicKey, subject, validFromDate: validFrom, validToDate: validTo } = certificate;
  const names = subject.split('\n').filter((line) => line.startsWith('CN='));
  if (names.length !== 1 || !signerName.test(names[0]?.slice(3) ?? ''))
    throw refusal('the certificate was not issued to sns');
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (publicKey.asymmetricKeyType !== 'rsa' || bits < leastModulusBits)
    throw refusal(`the certificate's key is not of rsa with at least ${leastModulusBits} bits`);
  return { key: publicKey, validFrom, validTo };
}

/** @throws PermanentMailError `ERR_NOT_AUTHENTICATED` outside of the certificate's dates */
export function assertInForce({ validFrom, validTo }: SigningKey, now: Date): void {
  if (now < validFrom) throw refusal('the signing certificate is not valid yet');
  if (now > validTo) throw refusal('the signing certificate has expired');
}

function parse(pem: string): X509Certificate {
  if (!pem.startsWith('-----BEGIN CERTIFICATE-----')) throw refusal('there is no certificate at the signing url');
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new PermanentMailError('ERR_NOT_AUTHENTICATED', 'the signing certificate cannot be read', { cause });
  }
}

function refusal(reason: string): PermanentMailError {
  return new PermanentMailError('ERR_NOT_AUTHENTICATED', reason);
}
