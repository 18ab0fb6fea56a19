import type { AccessKey, AccessKeys } from '../../../../infra/aws/device-credentials/access-keys.ts';
import type { CredentialSecret, SmtpCredentials } from '../../../../infra/aws/device-credentials/credential-secret.ts';

/** One user's keys in memory: two at most, as IAM has it. */
export function fakeKeys(ids: readonly string[] = []) {
  const all = [...ids];
  const made: AccessKey[] = [];
  const keys: AccessKeys = {
    list: async () => [...all],
    create: async () => {
      if (all.length >= 2) throw new Error('LimitExceeded');
      const key = { id: `KEY${made.length + 1}`, secret: `secret-${made.length + 1}` };
      made.push(key);
      all.push(key.id);
      return key;
    },
    remove: async (id) => {
      if (all.includes(id)) all.splice(all.indexOf(id), 1);
    },
  };
  return { keys, ids: all, made };
}

/** As the template makes it. */
export const firstCredentials: SmtpCredentials = { host: 'smtp.example', port: 587, username: '', password: 'none' };

/** A secret in memory whose versions carry Secrets Manager's labels. */
export function fakeSecret(current = firstCredentials) {
  const values = new Map<string, SmtpCredentials>([['v0', current]]);
  const labels = { current: 'v0', previous: undefined as string | undefined, pending: undefined as string | undefined };
  const secret: CredentialSecret = {
    readStage: async (version) => {
      if (version === labels.current) return 'current';
      return version === labels.pending ? 'pending' : 'unknown';
    },
    readCurrent: async () => values.get(labels.current) ?? firstCredentials,
    readPending: async (version) => values.get(version),
    writePending: async (version, credentials) => {
      values.set(version, credentials);
    },
    promote: async (version) => {
      Object.assign(labels, { previous: labels.current, current: version });
    },
  };
  return { secret, labels, values };
}
