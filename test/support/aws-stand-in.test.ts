import { afterEach, describe, expect, it, vi } from 'vitest';
import { startAwsStandIn } from './aws-stand-in.ts';

describe('startAwsStandIn', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('without its Python fails and says what to run', async () => {
    vi.stubEnv('LIGHTERMAIL_TEST_PYTHON', '/nowhere/python');
    await expect(startAwsStandIn()).rejects.toThrow('no python at /nowhere/python: run scripts/install-test-tools.sh');
  });

  it('with a program that ends at once fails and says so', async () => {
    vi.stubEnv('LIGHTERMAIL_TEST_PYTHON', process.execPath);
    await expect(startAwsStandIn()).rejects.toThrow(/the AWS stand-in ended with \d+/);
  });
});
