import { describe, expect, it } from 'vitest';
import type { SmtpCredentials } from '../../../../infra/aws/device-credentials/credential-secret.ts';
import { type RotationStep, rotateCredentials } from '../../../../infra/aws/device-credentials/rotate-credentials.ts';
import { toSmtpPassword } from '../../../../infra/aws/device-credentials/smtp-password.ts';
import { fakeKeys, fakeSecret } from './fakes.ts';

const steps: readonly RotationStep[] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

function rotation(ids: readonly string[] = [], current?: SmtpCredentials) {
  const keys = fakeKeys(ids);
  const secret = fakeSecret(current);
  const asked: SmtpCredentials[] = [];
  const state = { isAccepted: true };
  const parts = {
    secret: secret.secret,
    keys: keys.keys,
    region: 'eu-west-1',
    isAccepted: async (credentials: SmtpCredentials) => {
      asked.push(credentials);
      return state.isAccepted;
    },
  };
  const run = async (version: string, wanted = steps) => {
    secret.labels.pending = version;
    for (const step of wanted) await rotateCredentials({ step, version }, parts);
  };
  return { ...keys, ...secret, asked, state, parts, run };
}

describe('a rotation', () => {
  it('at first makes a key, whose password is derived, tried and then current', async () => {
    const { run, ids, values, labels, asked } = rotation();

    await run('v1');

    expect(ids).toEqual(['KEY1']);
    expect(labels.current).toBe('v1');
    const password = toSmtpPassword('secret-1', 'eu-west-1');
    expect(values.get('v1')).toEqual({ host: 'smtp.example', port: 587, username: 'KEY1', password });
    expect(asked).toEqual([values.get('v1')]);
  });

  it('leaves the password before working until the next one, which takes it away', async () => {
    const { run, ids, labels } = rotation();
    await run('v1');

    await run('v2');
    expect(ids).toEqual(['KEY1', 'KEY2']);
    expect(labels).toMatchObject({ current: 'v2', previous: 'v1' });

    await run('v3');
    expect(ids).toEqual(['KEY2', 'KEY3']);
    expect(labels.current).toBe('v3');
  });

  it('does each step again after a failure without making another key', async () => {
    const { run, made, ids } = rotation();

    await run('v1', [
      'createSecret',
      'createSecret',
      'setSecret',
      'testSecret',
      'createSecret',
      'testSecret',
      'finishSecret',
      'finishSecret',
      'createSecret',
    ]);

    expect(made.length).toBe(1);
    expect(ids).toEqual(['KEY1']);
  });

  it('takes away a key whose secret was lost before it was put down', async () => {
    const { run, parts, ids, values } = rotation(['CURRENT'], {
      host: 'h',
      port: 587,
      username: 'CURRENT',
      password: 'p',
    });
    const { writePending } = parts.secret;
    parts.secret.writePending = async () => {
      throw new Error('throttled');
    };
    await expect(run('v1', ['createSecret'])).rejects.toThrow('throttled');
    expect(ids).toEqual(['CURRENT', 'KEY1']);

    parts.secret.writePending = writePending;
    await run('v1');

    expect(ids).toEqual(['CURRENT', 'KEY2']);
    expect(values.get('v1')?.username).toBe('KEY2');
  });

  it('keeps the current password, in force and in the secret, when the new one is not accepted', async () => {
    const { run, ids, labels, state } = rotation();
    await run('v1');
    state.isAccepted = false;

    await expect(run('v2')).rejects.toThrow('does not take the new password');

    expect(labels.current).toBe('v1');
    expect(ids).toContain('KEY1');
  });

  it('refuses a version that is not being rotated, and a test before there is a value', async () => {
    const { parts, run, made } = rotation();

    await expect(rotateCredentials({ step: 'createSecret', version: 'other' }, parts)).rejects.toThrow(
      'not being rotated',
    );
    await expect(run('v1', ['testSecret'])).rejects.toThrow('no value yet');
    expect(made).toEqual([]);
  });

  it('says no secret in any error', async () => {
    const { run, state } = rotation();
    state.isAccepted = false;

    const error = await run('v1').then(
      () => expect.fail('must be refused'),
      (reason: Error) => reason,
    );
    expect(`${error.message} ${error.stack}`).not.toMatch(
      new RegExp(`secret-1|KEY1|${toSmtpPassword('secret-1', 'eu-west-1').slice(0, 12)}`),
    );
  });
});
