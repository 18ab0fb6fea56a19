import { describe, expect, it } from 'vitest';
import { awsConsoleToken, readConsoleConfig } from '../../../shared/runtime/aws-console.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:console-AbCdEf';

describe('readConsoleConfig', () => {
  it('tells each setting that is missing or wrong', () => {
    expect(() => readConsoleConfig({ LIGHTERMAIL_CONSOLE_HOST: 'a b' })).toThrow(
      /^LIGHTERMAIL_CONSOLE_HOST is "a b": must be the host.*\nLIGHTERMAIL_CONSOLE_SECRET_ARN is not set: must be the ARN/,
    );
    const env = { LIGHTERMAIL_CONSOLE_HOST: 'console.example.com', LIGHTERMAIL_CONSOLE_SECRET_ARN: secretArn };
    expect(readConsoleConfig(env)).toEqual({ host: 'console.example.com', tokenSecretArn: secretArn });
  });
});

describe('awsConsoleToken', () => {
  const source = (answers: (string | Error)[]) => {
    const clock = createManualClock();
    const token = awsConsoleToken(secretArn, clock, async () => {
      const next = answers.shift() ?? new Error('asked too often');
      if (next instanceof Error) throw next;
      return Buffer.from(next);
    });
    return { clock, token };
  };
  const [first, second] = ['1', '2'].map((digit) => digit.repeat(40));

  it('takes a new token after five minutes, and asks no more often', async () => {
    const { clock, token } = source([`${first}\n`, second!]);
    expect(await token()).toBe(first);
    clock.advance(299);
    expect(await token()).toBe(first);
    clock.advance(2);
    expect(await token()).toBe(second);
  });

  it('does not keep a reading that failed, and refuses a token that could be guessed', async () => {
    const { token } = source([new Error('no answer'), 'short', first!]);
    await expect(token()).rejects.toThrow('no answer');
    await expect(token()).rejects.toMatchObject({ code: 'ERR_SETTING' });
    expect(await token()).toBe(first);
  });
});
