import type { CloudFormationCustomResourceResponse } from 'aws-lambda';
import { type ActiveRuleSetEvent, failedPhysicalId, handleActiveRuleSet } from './handler.ts';
import type { RuleSets } from './rule-sets.ts';

/** The answer as CloudFormation takes it: at most 4,096 bytes. */
const longestReason = 1000;

/**
 * Does what CloudFormation asks and gives the answer to send: every failure becomes a `FAILED` with its reason, since
 * CloudFormation waits an hour for an answer that never comes.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export async function answerCloudFormation(
  event: ActiveRuleSetEvent,
  sets: RuleSets,
): Promise<CloudFormationCustomResourceResponse> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const request = { StackId, RequestId, LogicalResourceId };
  try {
    return { ...request, Status: 'SUCCESS', PhysicalResourceId: await handleActiveRuleSet(event, sets) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const id = event.RequestType === 'Create' ? failedPhysicalId : event.PhysicalResourceId;
    return { ...request, Status: 'FAILED', Reason: reason.slice(0, longestReason), PhysicalResourceId: id };
  }
}
