import type { Route } from '../../../shared/contracts/route.ts';
import { UsageError } from '../command.ts';
import { type CanaryOrder, type CanaryPorts, sendCanary } from './canary.ts';
import type { DoctorOptions } from './doctor-options.ts';
import { type CheckResult, toFinding } from './run-checks.ts';

type Asked = NonNullable<DoctorOptions['canary']>;

/**
 * Sends the canary that was asked for, along the route that was named, or the first. What keeps it from being sent is
 * a finding too.
 * @throws UsageError for what cannot be sent
 */
export async function runCanary(
  ports: CanaryPorts,
  routes: () => Promise<readonly Route[]>,
  asked: Asked,
): Promise<CheckResult> {
  try {
    return { group: 'Canary', findings: await sendCanary(ports, toOrder(await routes(), asked)) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return { group: 'Canary', findings: [toFinding('canary', error)] };
  }
}

export function toOrder(routes: readonly Route[], { to, from, routeId, limitMs }: Asked): CanaryOrder {
  const route = routeId === undefined ? routes[0] : routes.find(({ id }) => id === routeId);
  if (route === undefined) throw new UsageError(`--route: there are ${routes.map(({ id }) => id).join(', ')}`);
  const sender = from ?? route.allowedSenders?.find((pattern) => !pattern.startsWith('*'));
  if (sender === undefined && route.allowedSenders !== undefined) {
    throw new UsageError(`--from is needed: the route ${route.id} takes mail of certain senders only`);
  }
  return { route, recipient: to, limitMs, from: sender ?? 'canary@example.com' };
}
