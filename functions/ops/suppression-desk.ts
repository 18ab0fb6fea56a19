import { z } from 'zod';

const entrySchema = z.object({
  shown: z.string(),
  messageClass: z.string(),
  reason: z.string(),
  at: z.string(),
  by: z.string(),
  why: z.string().optional(),
});
const pageSchema = z.object({ entries: z.array(entrySchema), cursor: z.string().optional() });
const stepsSchema = z.array(entrySchema.omit({ shown: true, reason: true }).extend({ step: z.string() }));

export interface SuppressionChange {
  readonly address: string;
  readonly messageClass: string;
  readonly by: string;
  readonly why?: string;
}

/** The suppression list of the runtime that is up. */
export interface SuppressionDesk {
  list(): AsyncGenerator<z.infer<typeof entrySchema>>;
  history(address: string): Promise<z.infer<typeof stepsSchema>>;
  add(change: SuppressionChange): Promise<boolean>;
  /** Answers whether there was such an entry. */
  remove(change: SuppressionChange): Promise<boolean>;
}

const timeoutMs = 10_000;
const perPage = 200;

/** @param token the console's token, where it has one */
export function suppressionDesk(base: string, token?: string): SuppressionDesk {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(new URL(`/api/suppression${path}`, base), {
      method,
      headers,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status === 404) return undefined;
    if (response.ok) return response.json();
    const told = (await response.json().catch(() => undefined)) as { error?: { message?: string } } | undefined;
    throw new Error(`the console answered ${response.status}: ${told?.error?.message ?? 'see its log'}`);
  }
  return {
    async *list() {
      let cursor: string | undefined;
      do {
        const query = new URLSearchParams({ limit: `${perPage}`, ...(cursor === undefined ? {} : { cursor }) });
        const page = pageSchema.parse(await call('GET', `?${query}`));
        yield* page.entries;
        cursor = page.cursor;
      } while (cursor !== undefined);
    },
    history: async (address) => stepsSchema.parse(await call('POST', '/history', { address })),
    add: async (change) => (await call('POST', '', change)) !== undefined,
    remove: async (change) => (await call('DELETE', '', change)) !== undefined,
  };
}
