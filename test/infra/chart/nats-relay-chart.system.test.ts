import { describe, expect, it } from 'vitest';
import { recordRetentionDays } from '../../../infra/topology.ts';
import { bucketNames } from '../../../shared/adapters/nats/kv-keys.ts';
import { readNatsConfig } from '../../../shared/runtime/nats-config.ts';
import { lint, type Manifest, render, schemaFaults } from './chart-tools.ts';

const everything = {
  'app.emailEnabled': true,
  'app.natsUrlSecret.name': 'nats-url',
  'app.smtp.secretName': 'smtp-credentials',
  'app.ses.eventingEnabled': true,
  'app.ses.engagementSecretName': 'ses-engagement',
  'app.extraEnv': [{ name: 'TZ', value: 'UTC' }],
  'externalSecret.enabled': true,
  'externalSecret.secretStoreRef.name': 'aws',
  'externalSecret.configurationSet.key': '/ses',
  'externalSecret.configurationSet.property': 'set',
  'externalSecret.engagementQueueUrl.key': '/ses',
  'natsKv.create': true,
  imagePullSecrets: [{ name: 'registry' }],
  podLabels: { team: 'mail' },
  podAnnotations: { note: 'x' },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'mail', operator: 'Exists' }],
  'serviceAccount.annotations': { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/mail' },
};

const kinds = (manifests: readonly Manifest[]) => manifests.map(({ kind }) => kind).sort();
const one = (manifests: readonly Manifest[], kind: string) => manifests.find((manifest) => manifest.kind === kind);
const container = (manifests: readonly Manifest[]) => one(manifests, 'Deployment').spec.template.spec.containers[0];

describe('the chart of the relay on NATS', () => {
  it('passes the linter of helm and makes exactly these resources by default', async () => {
    await lint();
    const manifests = await render();
    expect(kinds(manifests)).toEqual(['ConfigMap', 'Deployment', 'PodDisruptionBudget', 'Service', 'ServiceAccount']);
    expect(await schemaFaults(manifests)).toEqual([]);
  });

  it('is valid with everything switched on', async () => {
    await lint(everything);
    const manifests = await render(everything);
    expect(kinds(manifests)).toEqual([
      ...['ConfigMap', 'Deployment', 'ExternalSecret', 'KeyValue', 'KeyValue', 'KeyValue', 'KeyValue'],
      ...['PodDisruptionBudget', 'Service', 'ServiceAccount'],
    ]);
    expect(await schemaFaults(manifests)).toEqual([]);
    expect(container(manifests).env.map(({ name }: { name: string }) => name)).toEqual([
      ...['NATS_URL', 'SMTP_USERNAME', 'SMTP_PASSWORD', 'SES_CONFIGURATION_SET', 'SES_ENGAGEMENT_SQS_QUEUE_URL', 'TZ'],
    ]);
    const buckets = manifests.filter(({ kind }) => kind === 'KeyValue');
    expect(buckets.map(({ spec }) => spec.bucket)).toEqual(Object.values(bucketNames));
    const days = buckets.map(({ spec }) => (spec.ttl === undefined ? undefined : Number.parseInt(spec.ttl, 10) / 24));
    expect(days).toEqual([recordRetentionDays, recordRetentionDays, recordRetentionDays, undefined]);
    expect(buckets[0].spec).toMatchObject({ history: 1, storage: 'file', replicas: 3, maxBytes: 10_737_418_240 });
    expect(buckets[0].metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    expect(one(manifests, 'ExternalSecret').spec.data.map((entry: Manifest) => entry.secretKey)).toEqual([
      ...['SES_CONFIGURATION_SET', 'SES_ENGAGEMENT_SQS_QUEUE_URL'],
    ]);
  });

  it('would be told by the schemas of Kubernetes what is wrong', async () => {
    const manifests = await render();
    container(manifests).livenessProbe.httpGte = {};
    one(manifests, 'Service').spec.ports[0].port = 'eighty';
    expect(await schemaFaults(manifests)).toHaveLength(2);
  });

  it('gives settings that the process reads as the same values, by default the defaults of the process', async () => {
    const { data } = one(await render({ 'app.natsUrl': 'nats://localhost:4222' }), 'ConfigMap');
    expect(readNatsConfig(data)).toEqual({ ...readNatsConfig({}), bind: '0.0.0.0' });
    const none = one(await render({ 'app.from.allowedDomains': [], 'app.replyTo.allowedDomains': [] }), 'ConfigMap');
    expect(readNatsConfig(none.data)).toMatchObject({ fromDomains: [], replyToDomains: [] });
    const table = await render({ 'app.recordStore': 'dynamodb', 'app.dynamodbTable': 'mail', 'app.transport': 'ses' });
    expect(readNatsConfig(one(table, 'ConfigMap').data)).toMatchObject({
      ...{ recordStore: 'dynamodb', tableName: 'mail', transport: 'ses' },
    });
  });

  it('runs without rights, with probes, limits and time to drain', async () => {
    const manifests = await render();
    const { spec } = one(manifests, 'Deployment').spec.template;
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(30);
    expect(container(manifests)).toMatchObject({
      livenessProbe: { httpGet: { path: '/livez', port: 'http' } },
      readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
      resources: { limits: { memory: '512Mi' }, requests: { cpu: '100m' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      ports: [{ name: 'http', containerPort: 8080 }],
    });
    expect(one(manifests, 'PodDisruptionBudget').spec).toMatchObject({ minAvailable: 1 });
    const { matchLabels } = one(manifests, 'Deployment').spec.selector;
    expect(one(manifests, 'Deployment').spec.template.metadata.labels).toMatchObject(matchLabels);
    expect(one(manifests, 'Service').spec.selector).toEqual(matchLabels);
    expect(one(manifests, 'PodDisruptionBudget').spec.selector.matchLabels).toEqual(matchLabels);
  });

  it('starts new pods when a setting changes', async () => {
    const sumOf = async (values: Readonly<Record<string, unknown>>) =>
      one(await render(values), 'Deployment').spec.template.metadata.annotations['checksum/config'];
    expect(await sumOf({})).toBe(await sumOf({}));
    expect(await sumOf({ 'app.logLevel': 'debug' })).not.toBe(await sumOf({}));
  });

  it.each([
    ['an unknown value', { 'app.emailEnable': true }, 'emailEnable'],
    ['a transport that is none', { 'app.transport': 'pigeon' }, 'transport'],
    ['a text for a flag', { 'app.emailEnabled': 'yes' }, 'emailEnabled'],
    ['too little time to drain', { terminationGracePeriodSeconds: 10 }, 'terminationGracePeriodSeconds'],
    ['eventing without a queue', { 'app.ses.eventingEnabled': true }, 'engagementQueueUrl'],
    ['DynamoDB without a table', { 'app.recordStore': 'dynamodb' }, 'dynamodbTable'],
    ['an external secret without a store', { 'externalSecret.enabled': true }, 'engagementSecretName'],
  ])('refuses %s', async (_name, values, word) => {
    await expect(render(values)).rejects.toThrow(word);
  });
});
