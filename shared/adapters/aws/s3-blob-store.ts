import { pipeline, Readable, Transform } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { BlobContent, BlobInfo, BlobStore, ByteRange, PutOptions } from '../../ports/blob-store.ts';
import type { Clock } from '../../ports/platform.ts';
import { isNotFound, toAwsMailError } from './aws-errors.ts';
import { checkLength } from './checked-body.ts';
import { listObjects } from './s3-list.ts';
import { createS3Signer } from './s3-signer.ts';

/** The smallest part that S3 takes; two of them in flight bound the memory of an upload to about 15 MB. */
const partBytes = 5 * 1024 * 1024;
const partsInFlight = 2;
const defaultContentType = 'application/octet-stream';

export interface S3BlobStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  readonly clock: Clock;
  /** Signs URLs in place of `client`: one with an IAM user's key signs for up to seven days, a role's only for its session. */
  readonly signer?: S3Client;
  /** Whether that signer's credentials are those of a session. */
  readonly signerIsSession?: boolean;
}

/**
 * A bucket as a blob store. Whoever runs it needs `s3:ListBucket`: without it S3 answers 403 for a key that is not
 * there, which reads as trouble with credentials and not as absence.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function createS3BlobStore(options: S3BlobStoreOptions): BlobStore {
  const { client, bucket, clock } = options;
  return {
    bucket,
    put: (key, body, putOptions = {}) => put(options, toPutInput(bucket, key, putOptions), body),
    get: (key, range) => get(client, bucket, key, range),
    async head(key) {
      const answer = await orAbsent('s3 HeadObject', client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })));
      return answer === undefined ? undefined : toInfo(key, answer, answer.ContentLength ?? 0);
    },
    async delete(key) {
      await orAbsent('s3 DeleteObject', client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
    },
    list: (listOptions) => listObjects(client, bucket, listOptions),
    signGet: createS3Signer({
      client: options.signer ?? client,
      bucket,
      clock,
      isSession: options.signerIsSession === true,
    }),
  };
}

type PutInput = PutObjectCommandInput & { Key: string; ContentType: string; Metadata: Record<string, string> };

function toPutInput(bucket: string, key: string, options: PutOptions): PutInput {
  const metadata = Object.entries(options.metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    Bucket: bucket,
    Key: key,
    ContentType: options.contentType ?? defaultContentType,
    Metadata: Object.fromEntries(metadata),
  } as PutInput;
}

async function put(options: S3BlobStoreOptions, input: PutInput, body: Readable | Uint8Array): Promise<BlobInfo> {
  const stored =
    body instanceof Readable ? uploadStream(options.client, input, body) : putBytes(options.client, input, body);
  const { etag, sizeBytes } = await stored;
  return {
    key: input.Key,
    sizeBytes,
    etag: unquote(etag),
    contentType: input.ContentType,
    metadata: input.Metadata,
    modifiedAt: options.clock.now(),
  };
}

interface Stored {
  readonly etag: string | undefined;
  readonly sizeBytes: number;
}

async function putBytes(client: S3Client, input: PutInput, body: Uint8Array): Promise<Stored> {
  try {
    const answer = await client.send(new PutObjectCommand({ ...input, Body: body }));
    return { etag: answer.ETag, sizeBytes: body.byteLength };
  } catch (error) {
    throw toAwsMailError(error, 's3 PutObject', 'ERR_BLOB_UNAVAILABLE');
  }
}

/** A failure of the source is thrown as it is, and the parts that were already stored are taken away. */
async function uploadStream(client: S3Client, input: PutInput, source: Readable): Promise<Stored> {
  let sizeBytes = 0;
  let sourceError: Error | undefined;
  source.once('error', (error) => {
    sourceError = error;
  });
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  pipeline(source, counted, () => {});
  const params = { ...input, Body: counted };
  try {
    const upload = new Upload({
      client,
      params,
      partSize: partBytes,
      queueSize: partsInFlight,
      leavePartsOnError: false,
    });
    const answer = await upload.done();
    return { etag: answer.ETag, sizeBytes };
  } catch (error) {
    throw sourceError ?? toAwsMailError(error, 's3 Upload', 'ERR_BLOB_UNAVAILABLE');
  } finally {
    counted.destroy();
  }
}

async function get(client: S3Client, bucket: string, key: string, range?: ByteRange): Promise<BlobContent | undefined> {
  const asked = range === undefined ? {} : { Range: `bytes=${range.firstByte}-${range.lastByte}` };
  const answer = await orAbsent(
    's3 GetObject',
    client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...asked })),
  );
  if (answer === undefined) return undefined;
  const length = answer.ContentLength ?? 0;
  const body = answer.Body instanceof Readable ? answer.Body : Readable.from([]);
  return { info: toInfo(key, answer, wholeSize(answer.ContentRange) ?? length), body: checkLength(body, length) };
}

/** The size behind the slash of a Content-Range field. @see RFC 9110 §14.4 */
function wholeSize(contentRange: string | undefined): number | undefined {
  const size = contentRange?.match(/\/(\d+)$/)?.[1];
  return size === undefined ? undefined : Number(size);
}

function toInfo(key: string, answer: GetObjectCommandOutput | HeadObjectCommandOutput, sizeBytes: number): BlobInfo {
  return {
    key,
    sizeBytes,
    etag: unquote(answer.ETag),
    metadata: answer.Metadata ?? {},
    modifiedAt: answer.LastModified ?? new Date(0),
    ...(answer.ContentType === undefined ? {} : { contentType: answer.ContentType }),
  };
}

function unquote(etag: string | undefined): string {
  return (etag ?? '').replace(/^(W\/)?"|"$/g, '');
}

/** The answer, or `undefined` where S3 says that there is no such key. */
async function orAbsent<Answer>(operation: string, answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw toAwsMailError(error, operation, 'ERR_BLOB_UNAVAILABLE');
  }
}
