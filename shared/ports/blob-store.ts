import type { Readable } from 'node:stream';

/** What is known of a stored object. */
export interface BlobInfo {
  readonly key: string;
  readonly sizeBytes: number;
  /** As the store gives it, without quotes; changes with the content. */
  readonly etag: string;
  readonly contentType?: string;
  /** User metadata, names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly modifiedAt: Date;
}

/** An object being read. The reader must consume or destroy `body`. */
export interface BlobContent {
  readonly info: BlobInfo;
  /** Ends only after all its bytes: a short answer ends with `ERR_BLOB_TRUNCATED`, a changed one with `ERR_BLOB_CORRUPT`. */
  readonly body: Readable;
}

export interface PutOptions {
  readonly contentType?: string;
  /** ASCII names and values only (S3 user metadata). */
  readonly metadata?: Readonly<Record<string, string>>;
  /** When the store may forget the object by itself. On AWS the bucket's lifecycle decides, not this. */
  readonly expiresAt?: Date;
}

/** Bytes first to last, both inclusive. @see RFC 9110 §14.1.2 */
export interface ByteRange {
  readonly firstByte: number;
  readonly lastByte: number;
}

export interface SignOptions {
  /** 1 to 604,800 (SigV4's limit); the signer may allow less. */
  readonly expiresInSeconds: number;
  /** The file name the browser saves under. */
  readonly fileName: string;
  /** The content type that the store must answer with. */
  readonly contentType: string;
}

export interface SignedUrl {
  readonly url: string;
  /** When the URL really stops working: the asked time, or the end of the signer's own credentials if that is sooner. */
  readonly expiresAt: Date;
}

/** What a list tells of an object. */
export type ListedBlob = Pick<BlobInfo, 'key' | 'sizeBytes' | 'etag' | 'modifiedAt'>;

export interface ListOptions {
  /** Only keys that begin with this. */
  readonly prefix: string;
  /** Only keys behind this one, which need not be there. */
  readonly after?: string;
  /** At most this many; 1 to 1,000, S3's page. */
  readonly limit: number;
}

export interface BlobList {
  /** In the order of their keys' bytes. */
  readonly blobs: readonly ListedBlob[];
  /** Present when there may be more: give it as `after` to go on. Good for any length of time. */
  readonly next?: string;
}

/**
 * One bucket. Keys are UTF-8, at most 1,024 bytes.
 * A store that does not answer: `TransientMailError` `ERR_BLOB_UNAVAILABLE`; no room: `ERR_DISK_FULL`.
 */
export interface BlobStore {
  /** The bucket's name, as it stands in events. */
  readonly bucket: string;
  /** Stores the bytes under the key, replacing what was there; resolved when durable. Nothing is stored when the source fails. */
  put(key: string, body: Readable | Uint8Array, options?: PutOptions): Promise<BlobInfo>;
  /** Opens an object, or answers `undefined` when there is none. */
  get(key: string, range?: ByteRange): Promise<BlobContent | undefined>;
  head(key: string): Promise<BlobInfo | undefined>;
  /** A page of the objects that are there. */
  list(options: ListOptions): Promise<BlobList>;
  /** Deletes an object; deleting what is not there is no error. */
  delete(key: string): Promise<void>;
  /** A URL that gives the bytes as an attachment to whoever holds it, without further authority. */
  signGet(key: string, options: SignOptions): Promise<SignedUrl>;
}
