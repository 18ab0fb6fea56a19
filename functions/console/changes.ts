import type { ChangeSource } from './parts.ts';

/** Tells a bounded number of watchers that something has changed. */
export interface ChangeFeed {
  /** Answers how to stop watching, or `undefined` when too many watch already. */
  watch(onChange: () => void): (() => void) | undefined;
}

/** A page that is turned away asks by itself every few seconds instead. */
const mostWatchers = 32;

export function createChangeFeed(changes: ChangeSource): ChangeFeed {
  let watcherCount = 0;
  return {
    watch(onChange) {
      if (watcherCount >= mostWatchers) return undefined;
      watcherCount += 1;
      let stop: (() => void) | undefined = changes.subscribe(onChange);
      return () => {
        if (stop === undefined) return;
        stop();
        stop = undefined;
        watcherCount -= 1;
      };
    },
  };
}
