import type { Readable } from 'node:stream';
import { TransientMailError } from '../../shared/errors/mail-error.ts';
import type { Platform } from '../../shared/ports/platform.ts';

export interface Crashing {
  readonly platform: Platform;
  /** Places passed so far: two for each port call. */
  passed(): number;
}

/**
 * A platform on which the process dies at one place: from then on every port call fails, as it would for a process
 * that is gone. Odd places stand before a port call, even ones after it, in the order of the way.
 */
export function crashingAt(platform: Platform, place: number): Crashing {
  let passed = 0;
  const died = new TransientMailError('ERR_INTERNAL', 'the process died here');
  const pass = () => {
    passed += 1;
    if (passed >= place) throw died;
  };
  const guard = <Port extends object>(port: Port, names: readonly (keyof Port)[]): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function' || !names.includes(name as keyof Port)) return member;
        return async (...args: unknown[]) => {
          pass();
          const result: unknown = await Reflect.apply(member, target, args);
          try {
            pass();
          } catch (error) {
            (result as { body?: Readable } | undefined)?.body?.destroy();
            throw error;
          }
          return result;
        };
      },
    });
  return {
    passed: () => passed,
    platform: {
      ...platform,
      raw: guard(platform.raw, ['get']),
      files: guard(platform.files, ['put', 'get', 'delete']),
      store: guard(platform.store, ['read', 'query', 'commit']),
      sender: guard(platform.sender, ['send']),
      inboundQueue: guard(platform.inboundQueue, ['release', 'reject']),
      ...(platform.linkQueue === undefined ? {} : { linkQueue: guard(platform.linkQueue, ['send']) }),
      outboundQueue: guard(platform.outboundQueue, ['send', 'release', 'reject']),
      fallbackTopic: guard(platform.fallbackTopic, ['publish']),
    },
  };
}
