import type { LocalConfig } from '../../shared/runtime/local-config.ts';

/** The host at which this machine itself reaches the ports. */
export function reachedHost({ bind }: LocalConfig): string {
  return bind === '0.0.0.0' || bind === '::' ? '127.0.0.1' : bind;
}

/** The web port's URL on this machine, without a slash at its end. */
export function reachedAt(config: LocalConfig, port: number): string {
  const host = reachedHost(config);
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
