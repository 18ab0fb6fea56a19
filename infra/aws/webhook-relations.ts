import { onlyWith } from './domain-relations.ts';
import type { Relation } from './setting-relations.ts';

const isSet = (name: string) => (raw: Readonly<Record<string, string | undefined>>) => raw[name] !== undefined;

/** A setting that another one cannot do without. */
function needs(name: string, other: string, what: string): Relation {
  return (raw) =>
    raw[name] === undefined || raw[other] !== undefined
      ? undefined
      : `${other} is not set: must be given together with ${name}: ${what}`;
}

/** Every rule that holds between the settings of the HTTPS subscriber, one line each. */
export const webhookRelations: readonly Relation[] = [
  needs('webhookDomain', 'webhookImage', 'the image that its tasks run'),
  onlyWith('webhookImage', isSet('webhookDomain'), 'webhookDomain'),
  onlyWith('webhookCertificateArn', isSet('webhookDomain'), 'webhookDomain'),
  onlyWith('webhookVpc', isSet('webhookDomain'), 'webhookDomain'),
  onlyWith('webhookPublicSubnets', isSet('webhookVpc'), 'webhookVpc'),
  onlyWith('webhookPrivateSubnets', isSet('webhookVpc'), 'webhookVpc'),
  needs('webhookVpc', 'webhookPublicSubnets', "the load balancer's subnets"),
  needs('webhookVpc', 'webhookPrivateSubnets', "the tasks' subnets"),
];
