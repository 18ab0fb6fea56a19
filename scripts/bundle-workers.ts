/** A worker thread's own file: what starts it, what it is made of, and what the starter calls it once it is built. */
export interface BundleWorker {
  /** The module that starts the thread; a bundle that holds it needs the file beside it. */
  readonly host: string;
  readonly entry: string;
  readonly file: string;
}

/** Every worker thread that a bundle may start; paths from the root of the repository. */
export const bundleWorkers: readonly BundleWorker[] = [
  {
    host: 'shared/adapters/mail/text-worker-host.ts',
    entry: 'shared/adapters/mail/text-worker.ts',
    file: 'text-worker.mjs',
  },
  {
    host: 'shared/adapters/local/sqlite-host.ts',
    entry: 'shared/adapters/local/sqlite-worker.ts',
    file: 'sqlite-worker.js',
  },
];

/** The workers that a bundle of these modules starts. */
export function workersOf(modules: readonly string[]): readonly BundleWorker[] {
  return bundleWorkers.filter(({ host }) => modules.includes(host));
}
