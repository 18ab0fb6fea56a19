import type { SendingAccount } from '../../../shared/ports/deployment-facts.ts';
import { type Finding, findingsOf } from './finding.ts';

/** Whether SES lets the account write to people who were not verified. */
export function checkSandbox({ hasProductionAccess }: SendingAccount): readonly Finding[] {
  const say = findingsOf('sandbox');
  return [
    hasProductionAccess
      ? say.ok('SES account', 'has production access')
      : say.error(
          'SES account',
          'is in the sandbox: mail goes to verified addresses only, 200 a day',
          'ask SES for production access, in this region',
        ),
  ];
}

/** Whether sending is paused, by us or by SES. */
export function checkPaused({ isSendingEnabled, enforcementStatus }: SendingAccount): readonly Finding[] {
  const say = findingsOf('sending');
  if (enforcementStatus === 'SHUTDOWN') {
    return [say.error('SES account', 'SES has paused its sending', 'answer the case that SES has opened')];
  }
  if (!isSendingEnabled) {
    return [
      say.error(
        'SES account',
        'its sending is paused',
        'find out why, then aws sesv2 put-account-sending-attributes --sending-enabled',
      ),
    ];
  }
  if (enforcementStatus === 'PROBATION') {
    return [
      say.warning('SES account', 'is under review by SES', 'bring bounces and complaints down before it is paused'),
    ];
  }
  return [say.ok('SES account', 'may send')];
}

const nearlyAll = 0.8;

/** The day's quota against what was used of it, and SES's rate against the one that is set here. */
export function checkQuota(account: SendingAccount, maxSendRate: number): readonly Finding[] {
  const say = findingsOf('quota');
  const { maxPerDay, sentLastDay, maxPerSecond } = account;
  const used = `${sentLastDay} of ${maxPerDay} emails in 24 h`;
  const share = maxPerDay <= 0 ? 0 : sentLastDay / maxPerDay;
  const day =
    maxPerDay === -1
      ? say.ok('daily quota', 'no limit')
      : share >= 1
        ? say.error('daily quota', `used up: ${used}`, 'ask SES for a higher quota; what waits is sent as it frees up')
        : share >= nearlyAll
          ? say.warning('daily quota', `nearly used up: ${used}`, 'ask SES for a higher quota')
          : say.ok('daily quota', used);
  const rates = `SES lets ${maxPerSecond} out a second, LIGHTERMAIL_MAX_SEND_RATE is ${maxSendRate}`;
  const rate =
    maxSendRate > maxPerSecond
      ? say.warning('send rate', `${rates}: SES will throttle`, `set it to ${Math.floor(maxPerSecond)}`)
      : say.ok('send rate', rates);
  return [day, rate];
}
