import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { receivingRegions } from '../../../infra/aws/receiving-regions.ts';

/** Asks cfn-lint's copy of AWS's own registry, a file for each region, where CloudFormation can make a receipt rule. */
const script = `
import cfnlint, json, os
folder = os.path.join(os.path.dirname(cfnlint.__file__), "data", "schemas", "providers")
names = [name for name in sorted(os.listdir(folder)) if name.endswith(".json")]
has = lambda name: '"AWS::SES::ReceiptRule"' in open(os.path.join(folder, name), encoding="utf-8").read()
print(json.dumps([name[:-5] for name in names if has(name)]))
`;

it('the regions where mail can be received are those where AWS makes receipt rules', () => {
  const python = process.env.LIGHTERMAIL_TEST_PYTHON ?? resolve('test-output/tools/venv/bin/python');
  const { stdout, stderr } = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  // AWS's public partition: the others have rule sets too, but other names for their mail servers.
  const isPublic = (region: string) => /^(?!us-(?:iso|gov)|eu-iso|cn-)[a-z]{2}-[a-z]+-\d$/.test(region);
  expect(JSON.parse(stdout).filter(isPublic)).toEqual(receivingRegions);
});
