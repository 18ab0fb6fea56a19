/**
 * `npm run test:aws`: installs MiniStack into a Python of its own, builds the functions, and runs test/aws against it.
 * Needs python3 with venv, and the package index at the first run. Further arguments go to vitest.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { generate } from 'selfsigned';

const root = resolve(import.meta.dirname, '..');

function run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): number {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  if (error !== undefined) throw error;
  return status ?? 1;
}

/**
 * Policies refuse what does not come over TLS, so the stand-in must speak it: under a certificate that every Node
 * process of the run trusts from its start.
 */
async function writeCertificate(folder: string): Promise<NodeJS.ProcessEnv> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(cert, made.cert);
  writeFileSync(key, made.private, { mode: 0o600 });
  return { NODE_EXTRA_CA_CERTS: cert, LIGHTERMAIL_TEST_AWS_CERT: cert, LIGHTERMAIL_TEST_AWS_KEY: key };
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'lightermail-test-aws-'));
  try {
    const environment = await writeCertificate(folder);
    if (process.env.LIGHTERMAIL_TEST_PYTHON === undefined) {
      const installed = run('sh', ['scripts/install-test-tools.sh']);
      if (installed !== 0) return installed;
    }
    const built = run(process.execPath, ['scripts/build.ts']);
    if (built !== 0) return built;
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/aws/vitest.config.ts'];
    return run(process.execPath, [...vitest, ...process.argv.slice(2)], environment);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
