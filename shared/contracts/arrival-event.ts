/** An object as its store tells of it. */
export interface ArrivedObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
}

export interface ArrivalEventOptions {
  readonly bucket: string;
  readonly at: Date;
  /** Names what announces the objects: an SMTP transaction, or the reconciler. */
  readonly requestId: string;
}

/**
 * The event that S3 sends for new objects, one record for each: for those that S3 itself did not announce.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function toArrivalEvent(objects: readonly ArrivedObject[], options: ArrivalEventOptions): string {
  return JSON.stringify({ Records: objects.map((object) => toRecord(object, options)) });
}

function toRecord(object: ArrivedObject, { bucket, at, requestId }: ArrivalEventOptions): unknown {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'local',
    eventTime: at.toISOString(),
    eventName: 'ObjectCreated:Put',
    userIdentity: { principalId: 'lightermail' },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'arrival',
      bucket: { name: bucket, ownerIdentity: { principalId: 'lightermail' }, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: encodeEventKey(object.key),
        size: object.sizeBytes,
        eTag: object.etag,
        sequencer: toSequencer(at),
      },
    },
  };
}

/** S3 encodes keys in events as HTML forms do: a space is `+`, a slash stays. */
export function encodeEventKey(key: string): string {
  return new URLSearchParams([['', key]]).toString().slice(1).replaceAll('%2F', '/');
}

/** Hexadecimal, of equal length, later is greater. */
function toSequencer(at: Date): string {
  return at.getTime().toString(16).toUpperCase().padStart(18, '0');
}
