import type { Clock, Platform } from '../../ports/platform.ts';
import type { AwsConfig } from '../aws-config.ts';

/** What a port on AWS is made of. */
export interface AwsContext {
  readonly config: AwsConfig;
  readonly log: Platform['log'];
  readonly clock: Clock;
}

/** The ports that a function can be given; the rest of the platform every function has. */
export type PortName = Exclude<keyof Platform, 'clock' | 'ids' | 'log' | 'metrics' | 'settings' | 'scanner'>;

/** How ports are made. A function names only those that it uses, so that its bundle holds no other client. */
export type PortMakers = { readonly [Name in PortName]?: (context: AwsContext) => Platform[Name] };
