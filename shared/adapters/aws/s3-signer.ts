import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { maxPresignedSeconds } from '../../contracts/route.ts';
import { contentDisposition } from '../../mail/content-disposition.ts';
import type { SignedUrl, SignOptions } from '../../ports/blob-store.ts';
import type { Clock } from '../../ports/platform.ts';
import { toAwsMailError } from './aws-errors.ts';

export interface S3SignerOptions {
  /** Its credentials sign: the URL dies with them, whatever time it names. */
  readonly client: S3Client;
  readonly bucket: string;
  readonly clock: Clock;
  /** Set where the credentials are those of a session: they are asked for anew, so that a URL lasts as long as it can. */
  readonly isSession?: boolean;
}

/**
 * Makes presigned URLs that save the object under a name.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
export function createS3Signer({ client, bucket, clock, isSession = false }: S3SignerOptions) {
  return async (key: string, options: SignOptions): Promise<SignedUrl> => {
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      ResponseContentDisposition: contentDisposition(options.fileName),
      ResponseContentType: options.contentType,
    });
    // SigV4 counts whole seconds: the URL ends that many after the second it was signed in.
    const signingDate = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
    const expiresIn = options.expiresInSeconds;
    assertExpiry(expiresIn);
    try {
      const { expiration, sessionToken } = await client.config.credentials(
        isSession ? { forceRefresh: true } : undefined,
      );
      const url = await getSignedUrl(client, command, { expiresIn, signingDate });
      const sessionEnd = expiration ?? unknownEnd(signingDate, sessionToken);
      return { url, expiresAt: earlier(new Date(signingDate.getTime() + expiresIn * 1000), sessionEnd) };
    } catch (error) {
      throw toAwsMailError(error, 's3 presign', 'ERR_CREDENTIALS');
    }
  };
}

/** @throws RangeError for a time that SigV4 does not know */
function assertExpiry(expiresInSeconds: number): void {
  if (Number.isInteger(expiresInSeconds) && expiresInSeconds >= 1 && expiresInSeconds <= maxPresignedSeconds) return;
  throw new RangeError(
    `expiresInSeconds is ${expiresInSeconds}; whole numbers from 1 to ${maxPresignedSeconds} are allowed`,
  );
}

/** A function's own session ends at a time that it is not told: no more than this is promised. Unit: milliseconds. */
const promisedMs = 3_600_000;

function unknownEnd(signingDate: Date, sessionToken: string | undefined): Date | undefined {
  return sessionToken === undefined ? undefined : new Date(signingDate.getTime() + promisedMs);
}

function earlier(asked: Date, sessionEnd: Date | undefined): Date {
  return sessionEnd !== undefined && sessionEnd < asked ? sessionEnd : asked;
}
