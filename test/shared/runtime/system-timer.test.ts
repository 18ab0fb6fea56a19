import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemTimer } from '../../../shared/runtime/system-timer.ts';

describe('systemTimer', () => {
  it('B1 a wait keeps the process alive: an empty event loop reads as success to Lambda', () => {
    const module = join(import.meta.dirname, '../../../shared/runtime/system-timer.ts');
    const program = `const { systemTimer } = await import(${JSON.stringify(module)}); await systemTimer.wait(50); console.log('waited');`;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })).toBe(
      'waited\n',
    );
  });

  it('a wait ends early, and without an error, when it is aborted', async () => {
    const abort = new AbortController();
    const began = systemTimer.monotonicMs();
    const waiting = systemTimer.wait(60_000, abort.signal);
    abort.abort();
    await waiting;
    expect(systemTimer.monotonicMs() - began).toBeLessThan(10_000);
  });
});
