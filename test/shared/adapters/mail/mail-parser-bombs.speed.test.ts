import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createMimeParser } from '../../../../shared/adapters/mail/mail-parser.ts';
import { toErrorCode } from '../../../../shared/errors/mail-error.ts';
import { bombs } from '../../../fixtures/mail/bombs.ts';

/** 1 with `LIGHTERMAIL_BOMBS=whole`: the sizes of FAILURES R9. */
const share = process.env.LIGHTERMAIL_BOMBS === 'whole' ? 1 : 0.2;

const parser = createMimeParser({ maxMailBytes: 50_000_000 });
const megabyte = 1024 * 1024;

/** The most processor time that this thread used between two turns of its event loop. */
function watchTurns() {
  let longest = 0;
  let last = process.threadCpuUsage();
  let timer: NodeJS.Immediate;
  const look = () => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, now.user + now.system - last.user - last.system);
    last = now;
    timer = setImmediate(look);
  };
  timer = setImmediate(look);
  return {
    longestMs() {
      clearImmediate(timer);
      return longest / 1000;
    },
  };
}

async function explode(pieces: Generator<Buffer>) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const turns = watchTurns();
  let fileBytes = 0;
  delay.enable();
  const started = performance.now();
  const end = await parser
    .parse(Readable.from(pieces, { objectMode: false }), {
      onHead() {},
      async onFile(_part, content) {
        for await (const chunk of content) fileBytes += chunk.length;
      },
    })
    .then(() => 'read' as const, toErrorCode);
  const ms = performance.now() - started;
  // The histogram is written by a timer: what blocked last is in it when that has run again.
  const seen = delay.count;
  while (delay.count === seen) await new Promise((resolve) => setImmediate(resolve));
  delay.disable();
  // On a busy machine the delay holds the time of others too, and the work alone is what a turn may cost.
  const blockMs = Math.min(delay.max / 1e6, turns.longestMs());
  return { end, ms, blockMs, fileBytes, residentMegabytes: process.memoryUsage.rss() / megabyte };
}

describe('createMimeParser, bombs', () => {
  it.each(bombs)('R9 $name: ends soon, lets others work, in bounded memory', async ({ name, pieces, end }) => {
    const outcome = await explode(pieces(share));
    console.log(
      `${name}: ${outcome.end}, ${outcome.ms.toFixed(0)} ms, blocked ${outcome.blockMs.toFixed(0)} ms at most, ${outcome.residentMegabytes.toFixed(0)} MB`,
    );
    expect(outcome.end).toBe(end);
    expect(outcome.ms).toBeLessThan(5000);
    expect(outcome.blockMs).toBeLessThan(100);
    expect(outcome.residentMegabytes).toBeLessThan(512);
  });
});
