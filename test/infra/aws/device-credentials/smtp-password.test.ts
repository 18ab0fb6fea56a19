import { expect, it } from 'vitest';
import { toSmtpPassword } from '../../../../infra/aws/device-credentials/smtp-password.ts';

const documented = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

/** Computed step by step with Python's hmac and base64 after AWS's description, not with this code. */
const vectors: readonly [secret: string, region: string, password: string][] = [
  [documented, 'us-east-1', 'BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9'],
  [documented, 'eu-west-1', 'BMW5RDrXmmVs0lV7GpI4oLkHXpZ4stDsk6q91z1g38Pk'],
  [documented, 'ap-southeast-1', 'BPFxvU6FSotUttFTKPPijavrWlByiD8MvThjbo1MuvNt'],
  ['A'.repeat(40), 'us-east-1', 'BFRFTIzp1vqPNCcfwECAkt3z2PBlLVNKPHuKXgtdkISC'],
  ['A'.repeat(40), 'eu-west-1', 'BGesGqQcG+BSbPuiJ4sDyf3iCOiuVaDtJB5GTp89Czal'],
];

it.each(vectors)('derives the SMTP password of %s in %s as AWS describes it', (secret, region, password) => {
  expect(toSmtpPassword(secret, region)).toBe(password);
});
