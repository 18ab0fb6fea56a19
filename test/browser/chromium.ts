import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

type Message = { id?: number; method?: string; params?: unknown; result?: unknown; error?: { message: string } };

export interface Look {
  readonly width: number;
  readonly height: number;
  readonly scheme?: 'light' | 'dark';
}

/** One tab of a real browser. */
export interface Tab {
  open(url: string, look?: Look): Promise<void>;
  /** Runs an expression in the page, waiting for its promise; its value must be JSON. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Resolves when the expression is true in the page. */
  waitFor(expression: string): Promise<void>;
  press(key: string): Promise<void>;
  screenshot(path: string): Promise<void>;
  /** What the page complained of: exceptions, console errors, refused content. */
  readonly complaints: readonly string[];
}

/** Starts Debian's chromium without a window, driven by its own protocol. */
export async function startChromium() {
  const profile = await mkdtemp(join(tmpdir(), 'lightermail-chromium-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--remote-debugging-port=0'];
  const child = spawn('chromium', [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  await once(child, 'spawn');
  const endpoint = await debuggerAddress(createInterface({ input: child.stderr }));
  const connection = await connect(endpoint);
  return {
    tab: () => openTab(connection),
    async stop() {
      connection.close();
      const ended = once(child, 'exit');
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function debuggerAddress(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const match = /DevTools listening on (ws:\S+)/.exec(line);
    if (match?.[1] !== undefined) return match[1];
  }
  throw new Error('chromium ended before it could be driven');
}

type Connection = Awaited<ReturnType<typeof connect>>;

async function connect(endpoint: string) {
  const socket = new WebSocket(endpoint);
  await once(socket as never, 'open');
  const waiting = new Map<number, (message: Message) => void>();
  const listeners = new Set<(message: Message) => void>();
  let lastId = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id === undefined) for (const listener of listeners) listener(message);
    else waiting.get(message.id)?.(message);
  });
  return {
    close: () => socket.close(),
    listen: (listener: (message: Message) => void) => void listeners.add(listener),
    send<Result>(method: string, params: object, sessionId?: string): Promise<Result> {
      lastId += 1;
      const id = lastId;
      socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
      return new Promise((resolve, reject) => {
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id);
          if (error === undefined) resolve(result as Result);
          else reject(new Error(`${method}: ${error.message}`));
        });
      });
    },
  };
}

const waitMs = 15_000;
const leftPage = /navigated or closed|context was destroyed|cannot find context/i;

async function openTab(connection: Connection): Promise<Tab> {
  const { targetId } = await connection.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
  const target = { targetId, flatten: true };
  const { sessionId } = await connection.send<{ sessionId: string }>('Target.attachToTarget', target);
  const send = <Result>(method: string, params: object = {}) => connection.send<Result>(method, params, sessionId);
  const complaints: string[] = [];
  connection.listen((message) => {
    if (/^(?:Runtime\.exceptionThrown|Log\.entryAdded)$/.test(message.method ?? '')) {
      complaints.push(JSON.stringify(message.params));
    }
  });
  await Promise.all([send('Page.enable'), send('Runtime.enable'), send('Log.enable')]);

  const evaluate = async <Value>(expression: string): Promise<Value> => {
    const answer = await send<{ result: { value: Value }; exceptionDetails?: object }>('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails));
    return answer.result.value;
  };
  const waitFor = async (expression: string) => {
    const endsAt = Date.now() + waitMs;
    for (;;) {
      const poll = `new Promise((resolve, reject) => { const look = () => {
        try { if (${expression}) return resolve(true); } catch {}
        if (Date.now() > ${endsAt}) return reject(new Error('never true')); setTimeout(look, 30); }; look(); })`;
      try {
        await evaluate(poll);
        return;
      } catch (cause) {
        // A page that is left takes its promise along: the next one is asked.
        if (leftPage.test(String(cause)) && Date.now() < endsAt) continue;
        throw new Error(`never true in the page: ${expression}`, { cause });
      }
    }
  };
  return {
    complaints,
    evaluate,
    waitFor,
    async open(url, { width, height, scheme = 'light' } = { width: 1280, height: 800 }) {
      await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 500 });
      await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
      // A change of the fragment alone would not load the page anew.
      await send('Page.navigate', { url: 'about:blank' });
      await waitFor("location.href === 'about:blank'");
      await send('Page.navigate', { url });
      await waitFor("location.href !== 'about:blank' && document.readyState === 'complete'");
    },
    async press(key) {
      await send('Input.dispatchKeyEvent', { type: 'keyDown', key, ...(key.length === 1 && { text: key }) });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', key });
    },
    async screenshot(path) {
      const { data } = await send<{ data: string }>('Page.captureScreenshot', { format: 'png' });
      await writeFile(path, Buffer.from(data, 'base64'));
    },
  };
}
