import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecretsManagerClient } from '../../../../shared/adapters/aws/aws-clients.ts';
import { createLinkSignerCredentials } from '../../../../shared/adapters/aws/link-signer.ts';
import { createSecretsManagerSecretSource } from '../../../../shared/adapters/aws/secrets-manager-secret-source.ts';
import { toErrorCode } from '../../../../shared/errors/mail-error.ts';
import { answerJson, type StubEndpoint, startStubEndpoint } from './stub-endpoint.ts';

const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:links-AbCdEf';

describe('Secrets Manager', () => {
  let endpoint: StubEndpoint;
  let secret: object | undefined;
  beforeEach(async () => {
    endpoint = await startStubEndpoint((_request, response) => {
      if (secret === undefined) answerJson(response, 400, { __type: 'AccessDeniedException' });
      else answerJson(response, 200, secret);
    });
  });
  afterEach(() => endpoint.close());
  const client = () => createSecretsManagerClient({ ...endpoint.settings, maxAttempts: 1 });
  const source = () => createSecretsManagerSecretSource({ client: client(), linkSecretArn: arn });

  it('the link secret is read once, as text or as bytes', async () => {
    secret = { SecretString: 'a'.repeat(32) };
    const secrets = source();
    expect(Buffer.from(await secrets.linkSecret()).toString()).toBe('a'.repeat(32));
    await Promise.all([secrets.linkSecret(), secrets.linkSecret()]);
    expect(endpoint.requests).toHaveLength(1);
    secret = { SecretBinary: Buffer.alloc(40, 7).toString('base64') };
    expect(Buffer.from(await source().linkSecret())).toEqual(Buffer.alloc(40, 7));
  });

  it('a link secret of fewer than 32 bytes is refused without showing it', async () => {
    secret = { SecretString: 'short-secret' };
    const error = (await source()
      .linkSecret()
      .catch((caught: unknown) => caught)) as Error;
    expect(toErrorCode(error)).toBe('ERR_SETTING');
    expect(error.message).not.toContain('short-secret');
  });

  it('a failed reading is not kept', async () => {
    secret = undefined;
    const secrets = source();
    expect(await secrets.linkSecret().catch(toErrorCode)).toBe('ERR_CREDENTIALS');
    secret = { SecretString: 'a'.repeat(32) };
    expect((await secrets.linkSecret()).byteLength).toBe(32);
  });

  it('the link signer’s key comes from JSON, and anything else is refused', async () => {
    const key = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY' };
    secret = { SecretString: JSON.stringify({ ...key, note: 'rotated in May' }) };
    expect(await createLinkSignerCredentials(client(), arn)()).toEqual(key);
    for (const wrong of ['not json', '{}', '{"accessKeyId":"AKIAIOSFODNN7EXAMPLE"}']) {
      secret = { SecretString: wrong };
      expect(await createLinkSignerCredentials(client(), arn)().catch(toErrorCode)).toBe('ERR_SETTING');
    }
  });
});
