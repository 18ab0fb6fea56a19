import { createHmac } from 'node:crypto';

/** A date, a message and a version that stand for all times: SES derives the same, and compares. */
const steps = { date: '11111111', service: 'ses', terminal: 'aws4_request', message: 'SendRawEmail' };
const version = 0x04;

/**
 * The password by which SES's SMTP interface of one region knows an IAM access key.
 * @see https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html#smtp-credentials-convert
 */
export function toSmtpPassword(secretAccessKey: string, region: string): string {
  const { date, service, terminal, message } = steps;
  const signature = [date, region, service, terminal, message].reduce<Buffer>(
    (key, text) => createHmac('sha256', key).update(text, 'utf8').digest(),
    Buffer.from(`AWS4${secretAccessKey}`, 'utf8'),
  );
  return Buffer.concat([Buffer.from([version]), signature]).toString('base64');
}
