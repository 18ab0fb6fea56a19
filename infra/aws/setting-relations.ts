import type { RawSettings } from '../../shared/runtime/settings.ts';
import { domainRelations } from './domain-relations.ts';
import { webhookRelations } from './webhook-relations.ts';

/** What is wrong between settings, one line each: `name is "value": what is allowed`. */
export type Relation = (raw: RawSettings) => string | undefined;

/** What the routes file says for every route, so that nothing can be said twice. */
const routeSettings = ['recipient', 'sender', 'allowedSenders', 'linkExpirySeconds', 'retentionDays'] as const;

/** Without a routes file these make the one route. */
const requiredWithoutRoutes = {
  recipient: 'must be the monitored address, such as capture@in.example.com',
  sender: 'must be the verified address that mail is sent from, such as notifications@example.com',
  allowedSenders: 'must be the addresses or *@domain that may send, separated by commas',
} as const;

const show = (value: string | undefined) => (value === undefined ? 'not set' : JSON.stringify(value));

function together(first: string, second: string): Relation {
  return (raw) => {
    const [missing, given] = raw[first] === undefined ? [first, second] : [second, first];
    if ((raw[first] === undefined) === (raw[second] === undefined)) return undefined;
    return `${missing} is not set: must be given together with ${given}`;
  };
}

const requirements: readonly Relation[] = Object.entries(requiredWithoutRoutes).map(
  ([name, allowed]) =>
    (raw) =>
      raw.routes === undefined && raw[name] === undefined ? `${name} is not set: ${allowed}` : undefined,
);

const exclusions: readonly Relation[] = routeSettings.map(
  (name) => (raw) =>
    raw.routes !== undefined && raw[name] !== undefined
      ? `${name} is ${show(raw[name])}: must not be given together with routes, where each route says it`
      : undefined,
);

/** Every rule that holds between settings. */
export const relations: readonly Relation[] = [
  ...requirements,
  ...exclusions,
  together('bucketName', 'prefix'),
  together('hostedZoneId', 'hostedZoneName'),
  ...domainRelations,
  ...webhookRelations,
  (raw) =>
    raw.sender !== undefined && raw.sender.toLowerCase() === raw.recipient?.toLowerCase()
      ? `sender is ${show(raw.sender)}: must not be the recipient: mail would come back to it`
      : undefined,
  (raw) =>
    raw.ruleSet !== undefined && raw.takeOver === 'true'
      ? `takeOver is "true": must not be given together with ruleSet, which leaves the active rule set as it is`
      : undefined,
  (raw) =>
    raw.kms === 'true' && raw.kmsKeyArn !== undefined
      ? `kms is "true": must not be given together with kmsKeyArn, which is the key`
      : undefined,
];
