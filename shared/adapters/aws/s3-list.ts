import { ListObjectsV2Command, type ListObjectsV2CommandOutput, type S3Client } from '@aws-sdk/client-s3';
import type { BlobList, ListedBlob, ListOptions } from '../../ports/blob-store.ts';
import { toAwsMailError } from './aws-errors.ts';

/** S3 itself answers with fewer than were asked for. */
const maxListed = 1000;

/**
 * A page of a bucket's objects. Keys come percent-encoded, since XML cannot carry every character that a key may have.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export async function listObjects(
  client: S3Client,
  bucket: string,
  { prefix, after, limit }: ListOptions,
): Promise<BlobList> {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxListed) {
    throw new RangeError(`limit is ${limit}: 1 to ${maxListed} are allowed`);
  }
  const command = new ListObjectsV2Command({
    Bucket: bucket,
    Prefix: prefix,
    MaxKeys: limit,
    EncodingType: 'url',
    ...(after === undefined ? {} : { StartAfter: after }),
  });
  const answer = await client.send(command).catch((error: unknown) => {
    throw toAwsMailError(error, 's3 ListObjectsV2', 'ERR_BLOB_UNAVAILABLE');
  });
  const blobs = toBlobs(answer);
  const last = blobs.at(-1);
  return answer.IsTruncated === true && last !== undefined ? { blobs, next: last.key } : { blobs };
}

function toBlobs({ Contents = [], EncodingType }: ListObjectsV2CommandOutput): readonly ListedBlob[] {
  const toKey = (key: string) => (EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key);
  return Contents.map(({ Key = '', Size = 0, ETag = '', LastModified = new Date(0) }) => ({
    key: toKey(Key),
    sizeBytes: Size,
    etag: ETag.replace(/^"|"$/g, ''),
    modifiedAt: LastModified,
  }));
}
