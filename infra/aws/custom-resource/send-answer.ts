import type { CloudFormationCustomResourceResponse } from 'aws-lambda';

/**
 * Sends an answer to the presigned URL of its request.
 * @throws Error when it is not taken, so that Lambda runs the request again
 */
export async function sendAnswer(responseUrl: string, answer: CloudFormationCustomResourceResponse): Promise<void> {
  // S3 checks the signature over an empty content type: fetch would send text/plain for a string.
  const body = Buffer.from(JSON.stringify(answer));
  const { ok, status } = await fetch(responseUrl, { method: 'PUT', body, headers: {} });
  if (!ok) throw new Error(`cloudformation did not take the answer: status ${status}`);
}
