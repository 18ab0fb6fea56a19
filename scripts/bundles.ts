import { consoleFunction, functions } from '../infra/topology.ts';

/** One file that Lambda loads, and what it is made of. */
export interface Bundle {
  /** The folder's name under `dist/functions`. */
  readonly name: string;
  /** The entry point, from the root of the repository; exports `handler`. */
  readonly entry: string;
  /** Packages that Lambda's own runtime brings: they need not be in the bundle. */
  readonly external: readonly string[];
  /** A folder that is read at run time and goes beside the file, from the root of the repository. */
  readonly folder?: string;
}

/** Where the bundles go, from the root of the repository: one folder each, taken from there by infra/aws. */
export const bundleFolder = 'dist/functions';

/** Every Lambda function: those of the topology, the custom resource that activates the receipt rule set, and devices' credentials. */
export const bundles: readonly Bundle[] = [
  ...Object.entries(functions).map(([name, { entry }]) => ({
    name,
    entry: entry.replace(/[^/]+$/, 'lambda.ts'),
    external: [],
  })),
  {
    name: 'console',
    entry: consoleFunction.entry.replace(/[^/]+$/, 'lambda.ts'),
    external: [],
    folder: 'functions/console/page',
  },
  {
    name: 'active-rule-set',
    entry: 'infra/aws/active-rule-set/lambda.ts',
    external: ['@aws-sdk/client-ses'],
  },
  { name: 'device-credentials', entry: 'infra/aws/device-credentials/lambda.ts', external: [] },
];
