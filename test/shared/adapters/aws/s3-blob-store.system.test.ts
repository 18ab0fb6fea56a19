import { Readable } from 'node:stream';
import { CreateBucketCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3Client } from '../../../../shared/adapters/aws/aws-clients.ts';
import { createS3BlobStore } from '../../../../shared/adapters/aws/s3-blob-store.ts';
import { describeBlobStore } from '../../../contract/blob-store-contract.ts';
import { startAwsStandIn } from '../../../support/aws-stand-in.ts';

const clock = { now: () => new Date() };

async function openBucket() {
  const standIn = await startAwsStandIn();
  const client = createS3Client(standIn.settings);
  const bucket = 'lightermail-files';
  const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
  await client.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
  const store = createS3BlobStore({ client, bucket, clock });
  const close = async () => {
    client.destroy();
    await standIn.stop();
  };
  return { store, client, bucket, close };
}

describeBlobStore('S3', openBucket);

describe('S3 blob store', () => {
  let opened: Awaited<ReturnType<typeof openBucket>>;
  beforeAll(async () => {
    opened = await openBucket();
  });
  afterAll(() => opened?.close());

  it('B6 an upload whose source breaks leaves no parts behind', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 1);
    const broken = async function* () {
      for (let count = 0; count < 12; count += 1) yield chunk;
      throw new Error('the source broke');
    };
    await expect(opened.store.put('files/broken', Readable.from(broken()))).rejects.toThrow('the source broke');
    const { Uploads = [] } = await opened.client.send(new ListMultipartUploadsCommand({ Bucket: opened.bucket }));
    expect(Uploads).toEqual([]);
  });

  it('D6 E7 a signed URL gives the bytes under the asked name and type, without further authority', async () => {
    await opened.store.put('files/m1/2', Buffer.from('%PDF-1.7'), { contentType: 'text/html' });
    const options = { expiresInSeconds: 60, fileName: 'Angebot „März“.pdf', contentType: 'application/pdf' };
    const { url } = await opened.store.signGet('files/m1/2', options);
    const answer = await fetch(url);
    expect(await answer.text()).toBe('%PDF-1.7');
    expect(answer.headers.get('content-type')).toContain('application/pdf');
    expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''Angebot%20%E2%80%9EM%C3%A4rz");
  });
});
