/** A request as it went over the wire to AWS, with what was answered. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
  readonly status: number;
  /** The answer's body. */
  readonly answerBytes: number;
}

/** What a request asks IAM for. Where several ARNs would do, one that is allowed is enough. */
export interface WireCall {
  /** Whose key signed it. */
  readonly accessKeyId: string;
  /** As the SDK calls it, such as `dynamodb TransactWriteItems`. */
  readonly operation: string;
  readonly needs: readonly Need[];
}

export interface Need {
  readonly action: string;
  readonly anyOf: readonly string[];
  /** What conditions can ask for. */
  readonly context?: Readonly<Record<string, string>>;
}

export interface Account {
  readonly region: string;
  readonly accountId: string;
}

interface Scope {
  readonly accessKeyId: string;
  readonly service: string;
}

/**
 * Reads a request of the SDK as the calls that IAM judges: by its signature's scope, and by what each service's protocol
 * puts where. Refuses what it does not know, so that no call goes unseen.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function toWireCall(request: WireRequest, account: Account): WireCall {
  const { accessKeyId, service } = scopeOf(request);
  const read = readers[service];
  if (read === undefined) throw new Error(`no reader for the service ${service}`);
  const { operation, needs } = read(request, account);
  return { accessKeyId, operation: `${service} ${operation}`, needs };
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html */
function scopeOf({ headers, path }: WireRequest): Scope {
  const query = new URL(path, 'http://host').searchParams.get('X-Amz-Credential');
  const found = query ?? /Credential=([^,\s]+)/.exec(String(headers.authorization ?? ''))?.[1];
  const [accessKeyId, , , service] = (found ?? '').split('/');
  if (accessKeyId === undefined || service === undefined) throw new Error(`an unsigned request for ${path}`);
  return { accessKeyId, service };
}

type Reader = (request: WireRequest, account: Account) => Pick<WireCall, 'operation' | 'needs'>;

const need = (action: string, ...anyOf: readonly string[]): Need => ({ action, anyOf });

/** The operation of the JSON protocols: `X-Amz-Target: <service>.<operation>`. */
function readJson<Input>({ headers, body }: WireRequest): { operation: string; input: Input } {
  const operation = String(headers['x-amz-target'] ?? '').split('.')[1];
  if (operation === undefined) throw new Error('a request without x-amz-target');
  return { operation, input: JSON.parse(body.toString('utf8')) as Input };
}

/** The operation of the query protocols: a form with `Action`. */
function readForm({ body }: WireRequest): { operation: string; input: URLSearchParams } {
  const input = new URLSearchParams(body.toString('utf8'));
  return { operation: input.get('Action') ?? '', input };
}

const readers: Readonly<Record<string, Reader>> = {
  dynamodb(request, { region, accountId }) {
    const { operation, input } = readJson<DynamoInput>(request);
    const arnOf = (table: string | undefined) => `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
    if (input.TransactItems === undefined)
      return { operation, needs: [need(`dynamodb:${operation}`, arnOf(input.TableName))] };
    // A transaction has no action of its own: each of its parts is judged by itself.
    const needs = input.TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName }]) => need(transactionActions[kind] ?? kind, arnOf(TableName))),
    );
    return { operation, needs };
  },

  sqs(request, { region }) {
    const { operation, input } = readJson<{ QueueUrl?: string }>(request);
    const [, accountId, name] = new URL(input.QueueUrl ?? '').pathname.split('/');
    const action = operation.replace(/Batch$/, '');
    return { operation, needs: [need(`sqs:${action}`, `arn:aws:sqs:${region}:${accountId}:${name}`)] };
  },

  sns(request) {
    const { operation, input } = readForm(request);
    return { operation, needs: [need(`sns:${operation}`, input.get('TopicArn') ?? '')] };
  },

  sts(request) {
    const { operation, input } = readForm(request);
    return { operation, needs: [need(`sts:${operation}`, input.get('RoleArn') ?? '')] };
  },

  ssm(request, { region, accountId }) {
    const { operation, input } = readJson<{ Name?: string }>(request);
    const name = (input.Name ?? '').replace(/^\//, '');
    return { operation, needs: [need(`ssm:${operation}`, `arn:aws:ssm:${region}:${accountId}:parameter/${name}`)] };
  },

  secretsmanager(request) {
    const { operation, input } = readJson<{ SecretId?: string }>(request);
    return { operation, needs: [need(`secretsmanager:${operation}`, input.SecretId ?? '')] };
  },

  s3: readS3,

  ses(request, { region, accountId }) {
    const operation = `${request.method} ${request.path.split('?')[0]}`;
    if (operation !== 'POST /v2/email/outbound-emails') throw new Error(`no reader for SES's ${operation}`);
    const input = JSON.parse(request.body.toString('utf8')) as SesInput;
    const arnOf = (kind: string, name: string) => `arn:aws:ses:${region}:${accountId}:${kind}/${name}`;
    const from = input.FromEmailAddress;
    const domain = from.slice(from.lastIndexOf('@') + 1);
    // SES takes the identity that it finds verified: the address, else its domain.
    const identities = [from, domain].map((name) => arnOf('identity', name));
    const sets =
      input.ConfigurationSetName === undefined ? [] : [arnOf('configuration-set', input.ConfigurationSetName)];
    const context = { 'ses:FromAddress': from };
    // A mail that is given as it is counts as a raw one: SES asks for both actions.
    const needs = ['ses:SendEmail', 'ses:SendRawEmail'].flatMap((action) =>
      [identities, ...sets.map((set) => [set])].map((anyOf) => ({ action, anyOf, context })),
    );
    return { operation: 'SendEmail', needs };
  },
};

interface DynamoInput {
  readonly TableName?: string;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName: string }>>[];
}

const transactionActions: Readonly<Record<string, string>> = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
};

interface SesInput {
  readonly FromEmailAddress: string;
  readonly ConfigurationSetName?: string;
}

/**
 * S3's REST protocol, with the bucket in the path. Asking for what is not there needs one permission more: without
 * `s3:ListBucket` the answer would be 403.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
function readS3({ method, path, status }: WireRequest): Pick<WireCall, 'operation' | 'needs'> {
  const { pathname, searchParams } = new URL(path, 'http://host');
  const [, bucket = '', ...rest] = pathname.split('/');
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const objectArn = `${bucketArn}/${decodeURIComponent(rest.join('/'))}`;
  const operation = s3Operation(method, searchParams);
  if (operation === 'ListObjectsV2') return { operation, needs: [need('s3:ListBucket', bucketArn)] };
  const action = s3Actions[operation];
  if (action === undefined) throw new Error(`no reader for S3's ${operation}`);
  const absence = action === 's3:GetObject' && status === 404 ? [need('s3:ListBucket', bucketArn)] : [];
  return { operation, needs: [need(action, objectArn), ...absence] };
}

const s3Actions: Readonly<Record<string, string>> = {
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  PutObject: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  DeleteObject: 's3:DeleteObject',
};

function s3Operation(method: string, query: URLSearchParams): string {
  const isUpload = query.has('uploadId');
  switch (method) {
    case 'GET':
      return query.has('list-type') ? 'ListObjectsV2' : 'GetObject';
    case 'HEAD':
      return 'HeadObject';
    case 'PUT':
      return isUpload ? 'UploadPart' : 'PutObject';
    case 'POST':
      return query.has('uploads') ? 'CreateMultipartUpload' : isUpload ? 'CompleteMultipartUpload' : 'POST';
    case 'DELETE':
      return isUpload ? 'AbortMultipartUpload' : 'DeleteObject';
    default:
      return method;
  }
}
