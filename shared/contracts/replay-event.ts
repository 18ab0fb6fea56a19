/** A raw mail to be announced again. */
export interface ReplayedObject {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly eTag: string;
}

/**
 * The message that announces a raw mail once more, in the form of S3's own, so that the processor knows no difference.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function toReplayEvent({ bucket, key, sizeBytes, eTag }: ReplayedObject, at: Date): string {
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'lightermail:replay',
        eventTime: at.toISOString(),
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: bucket }, object: { key: encodeKey(key), size: sizeBytes, eTag } },
      },
    ],
  });
}

/** As a form does it, with slashes left: what the reader of such events undoes. */
function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/').replaceAll('%20', '+');
}
