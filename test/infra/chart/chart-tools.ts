import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** APIs of controllers, whose schemas Kubernetes does not have. */
const foreign = /^(?:external-secrets|jetstream\.nats)\.io\//;
const tools = resolve('test-output/tools');
const helm = `${tools}/helm`;
const python = `${tools}/chart-venv/bin/python`;
/** Helm as built from its module knows no version by itself. */
const kubeVersion = '1.34';

export const chartFolder = resolve('infra/chart/lightermail-nats-relay');

/** A manifest as rendered; what stands in it is asserted by the tests. */
// biome-ignore lint/suspicious/noExplicitAny: a parsed YAML document of any shape
export type Manifest = any;

/** @throws Error that says what to run */
function assertTools(): void {
  for (const tool of [helm, python]) {
    if (!existsSync(tool)) throw new Error(`there is no ${tool}: run scripts/install-chart-tools.sh`);
  }
}

async function runHelm(args: readonly string[]): Promise<string> {
  assertTools();
  const { stdout } = await run(helm, [...args], { maxBuffer: 10_000_000 });
  return stdout;
}

const flags = (values: Readonly<Record<string, unknown>>) =>
  Object.entries(values).flatMap(([name, value]) => ['--set-json', `${name}=${JSON.stringify(value)}`]);

/** Helm's own linter, strictly; rejects with what it found. */
export const lint = (values: Readonly<Record<string, unknown>> = {}) =>
  runHelm(['lint', '--strict', '--kube-version', kubeVersion, chartFolder, ...flags(values)]);

/** Renders the chart with Helm itself, offline, and answers its manifests. */
export async function render(values: Readonly<Record<string, unknown>> = {}): Promise<Manifest[]> {
  const yaml = await runHelm([
    'template',
    'relay',
    chartFolder,
    '--namespace',
    'mail',
    '--kube-version',
    kubeVersion,
    ...flags(values),
  ]);
  return JSON.parse(
    await runPython('import json,sys,yaml; print(json.dumps([d for d in yaml.safe_load_all(sys.stdin) if d]))', yaml),
  );
}

/** What the schemas of the Kubernetes API, strictly read, have against the manifests; resources of other APIs are left out. */
export async function schemaFaults(manifests: readonly Manifest[]): Promise<string[]> {
  const program = `
import json, sys, kubernetes_validate as kv
faults = []
for resource in json.load(sys.stdin):
    try:
        kv.validate(resource, "${kubeVersion}", strict=True)
    except kv.ValidationError as error:
        faults.append(f"{resource['kind']}: {error.message}")
print(json.dumps(faults))
`;
  const known = manifests.filter(({ apiVersion }) => !foreign.test(apiVersion));
  return JSON.parse(await runPython(program, JSON.stringify(known)));
}

async function runPython(program: string, input: string): Promise<string> {
  assertTools();
  const child = run(python, ['-c', program], { maxBuffer: 10_000_000 });
  child.child.stdin?.end(input);
  return (await child).stdout;
}
