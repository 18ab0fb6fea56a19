import type { CloudFormationCustomResourceResponse } from 'aws-lambda';

/** What every request has, whatever the resource. */
export type ResourceRequest = {
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
} & (
  | { readonly RequestType: 'Create' }
  | { readonly RequestType: 'Update' | 'Delete'; readonly PhysicalResourceId: string }
);

/** The answer as CloudFormation takes it: at most 4,096 bytes. */
const longestReason = 1000;

/**
 * Does what CloudFormation asks and gives the answer to send: every failure becomes a `FAILED` with its reason, since
 * CloudFormation waits an hour for an answer that never comes.
 * @param handle gives the resource's physical id
 * @param failedPhysicalId the id of a resource whose creation failed: its deletion follows
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export async function answerRequest<Event extends ResourceRequest>(
  event: Event,
  handle: (event: Event) => Promise<string>,
  failedPhysicalId: string,
): Promise<CloudFormationCustomResourceResponse> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const request = { StackId, RequestId, LogicalResourceId };
  try {
    return { ...request, Status: 'SUCCESS', PhysicalResourceId: await handle(event) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const id = event.RequestType === 'Create' ? failedPhysicalId : event.PhysicalResourceId;
    return { ...request, Status: 'FAILED', Reason: reason.slice(0, longestReason), PhysicalResourceId: id };
  }
}
