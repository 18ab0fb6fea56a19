import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hasCode, readIfPresent, replacePrivateFile } from './private-file.ts';

const endpointsSchema = z.object({
  smtp: z.object({ host: z.string(), port: z.int() }),
  http: z.string(),
  pid: z.int(),
});

/** Where a running Lightermail is reached. */
export type Endpoints = z.infer<typeof endpointsSchema>;

const fileName = 'endpoints.json';

export async function writeEndpoints(dataFolder: string, endpoints: Endpoints): Promise<void> {
  await replacePrivateFile(join(dataFolder, fileName), `${JSON.stringify(endpoints)}\n`);
}

/** Absent when nothing runs on the data folder, or its file cannot be read as endpoints. */
export async function readEndpoints(dataFolder: string): Promise<Endpoints | undefined> {
  const text = await readIfPresent(join(dataFolder, fileName));
  try {
    return endpointsSchema.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

export async function removeEndpoints(dataFolder: string): Promise<void> {
  try {
    await unlink(join(dataFolder, fileName));
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
