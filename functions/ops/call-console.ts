const timeoutMs = 60_000;

/** Asks the console's API of a runtime that is up; `undefined` when there is no such thing. */
export type CallConsole = (method: 'GET' | 'POST', path: string, body?: object) => Promise<unknown>;

/**
 * @param token the console's token, where it has one
 * @throws Error with what the console has said
 */
export function consoleCaller(base: string, token?: string): CallConsole {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return async (method, path, body) => {
    const response = await fetch(new URL(path, base), {
      method,
      headers,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status === 404) return undefined;
    if (response.ok) return response.json();
    const told = (await response.json().catch(() => undefined)) as { error?: { message?: string } } | undefined;
    throw new Error(`the console answered ${response.status}: ${told?.error?.message ?? 'see its log'}`);
  };
}
