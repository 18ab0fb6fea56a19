import type { HonoRequest } from 'hono';

/** The JSON body of a request: an empty object when there is none, `undefined` when it is not JSON. */
export async function readJson(request: HonoRequest): Promise<unknown> {
  const text = await request.text();
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
