import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LogFields, Logger } from '../ports/logger.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Adds to every line the file and line of the code that wrote it, as `LOG_ADD_SOURCE` asks. */
export function withSource(log: Logger): Logger {
  return {
    debug: (message, fields) => log.debug(message, added(fields)),
    info: (message, fields) => log.info(message, added(fields)),
    warn: (message, fields) => log.warn(message, added(fields)),
    error: (message, error, fields) => log.error(message, error, added(fields)),
  };
}

/** The frame of the caller's caller: this function, the method above, then the code that wrote the line. */
function added(fields: LogFields = {}): LogFields {
  const frame = new Error('source').stack?.split('\n')[3] ?? '';
  const place = /\(?((?:file:\/\/)?\/[^()]+?):(\d+):\d+\)?$/.exec(frame);
  if (place?.[1] === undefined) return fields;
  const file = place[1].startsWith('file:') ? fileURLToPath(place[1]) : place[1];
  return { ...fields, source: `${relative(root, file).split(sep).join('/')}:${place[2]}` };
}
