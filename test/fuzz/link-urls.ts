/**
 * Sends 100,000 (or as many as asked) malformed URLs, as they are, to the gateway and to the signed URLs, over real
 * sockets, with GET and POST too; any 5xx is a failure. Run: `node test/fuzz/link-urls.ts [count] [seed]`.
 */
import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { linkGateway } from '../../functions/link-gateway/handler.ts';
import { openDesk } from '../support/local-desk.ts';
import { giveLink, tokenOf } from '../support/sample-link.ts';
import { serve } from '../support/serve.ts';

const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? randomInt(1_000_000));
const perConnection = 100;
const token = tokenOf(1);
const pieces = [
  ...[
    '..',
    '.',
    '/',
    '//',
    '\\',
    '%2e%2e',
    '%2f',
    '%5c',
    '%00',
    '%0d%0aX:1',
    '%c0%ae',
    '%ff',
    '%',
    '%zz',
    '%u002e',
    ';',
  ],
  ...['?', '#', '&', '=', '@', ':', '*', '~', '$', '{', '}', '|', '[', ']', '<', '>', '"', "'", '\u00e9', '%EF%BC%91'],
  ...[
    '__proto__',
    'constructor',
    'f',
    's',
    'd',
    'zip',
    'preview',
    'ask',
    'files',
    token,
    token.slice(1),
    'a'.repeat(3000),
  ],
  ...['http://evil.example/', `${token}/d/`, `${token}/zip`, `${token}/preview`, `${token}/ask`, '%', '\u00b2'],
];

/** A small generator of our own, so that a seed gives the same URLs everywhere. */
let state = seed >>> 0;
function next(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

function line(): string {
  const target = Array.from({ length: next(8) }, () => pieces[next(pieces.length)]).join('');
  const method = ['GET', 'HEAD', 'POST', 'PUT'][next(4)];
  return `${method} /f/${target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n`;
}

/** A request that Node's own parser refuses ends its connection: what was behind it is sent on the next one. */
async function send(port: number, lines: readonly string[], statuses: Map<number, number>): Promise<void> {
  for (let at = 0; at < lines.length; ) {
    const got = await sendUntilClosed(port, lines.slice(at));
    for (const status of got) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    at += Math.max(1, got.length);
  }
}

function sendUntilClosed(port: number, lines: readonly string[]): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const statuses: number[] = [];
    let text = '';
    const socket = connect(port, '127.0.0.1');
    const sendNext = () => {
      const one = lines[statuses.length];
      if (one === undefined) socket.end();
      else socket.write(Buffer.from(`${one}\r\n`, 'latin1'));
    };
    socket.setEncoding('latin1');
    socket.on('connect', sendNext);
    socket.on('data', (chunk: string) => {
      // What ends an empty answer in chunks may come behind the answer.
      text = (text + chunk).replace(/^0\r\n\r\n/, '');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = text.slice(0, end);
      const length = lines[statuses.length]?.startsWith('HEAD')
        ? 0
        : Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      text = text.slice(end + 4 + length);
      statuses.push(Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0));
      sendNext();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(statuses));
  });
}

const desk = await openDesk();
await giveLink(desk, token, Buffer.from('abc'), { confirmDownload: 'page' });
const endless = { burst: 1e9, perSecond: 1e9 };
const server = await serve(linkGateway(desk.gatewayPlatform(), { perToken: endless, perClient: endless }));
const statuses = new Map<number, number>();
const begunMs = performance.now();
for (let done = 0; done < count; done += perConnection) {
  await send(server.port, Array.from({ length: Math.min(perConnection, count - done) }, line), statuses);
}
await server.close();
await desk.close();
const total = [...statuses.values()].reduce((sum, one) => sum + one, 0);
const bad = [...statuses].filter(([status]) => status >= 500 || status === 0);
console.log(
  `${total} URLs, seed ${seed}, ${((performance.now() - begunMs) / 1000).toFixed(0)} s:`,
  Object.fromEntries(statuses),
);
console.log(bad.length === 0 ? 'no 5xx' : `FAILED: ${JSON.stringify(bad)}`);
process.exitCode = bad.length === 0 && total >= count ? 0 : 1;
