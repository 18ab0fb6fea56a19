import { type Endpoints, readEndpoints } from '../../infra/local/endpoints-file.ts';
import type { LocalConfig } from '../../shared/runtime/local-config.ts';

/** The runtime that is up on the data folder. */
export interface Running {
  readonly endpoints: Endpoints;
  /** Reads one resource of the console's API. */
  get(path: string): Promise<unknown>;
}

/** Absent when nothing is up on the data folder. */
export async function findRunning(config: LocalConfig): Promise<Running | undefined> {
  const endpoints = await readEndpoints(config.dataFolder);
  if (endpoints === undefined || !isAlive(endpoints.pid)) return undefined;
  const headers = config.consoleToken === undefined ? {} : { authorization: `Bearer ${config.consoleToken}` };
  return {
    endpoints,
    async get(path) {
      const response = await fetch(new URL(path, endpoints.http), { headers, signal: AbortSignal.timeout(10_000) });
      if (!response.ok) throw new Error(`the console answered ${response.status} to ${path}`);
      return response.json();
    },
  };
}

export const notRunning = (config: LocalConfig) =>
  `nothing runs on ${config.dataFolder}: start it with "npm start", or set LIGHTERMAIL_DATA to the folder of the one that runs`;

/** A file that a crash left behind names a process that is gone. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
