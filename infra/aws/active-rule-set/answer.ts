import type { CloudFormationCustomResourceResponse } from 'aws-lambda';
import { answerRequest } from '../custom-resource/answer.ts';
import { type ActiveRuleSetEvent, failedPhysicalId, handleActiveRuleSet } from './handler.ts';
import type { RuleSets } from './rule-sets.ts';

/** Does what CloudFormation asks of the active rule set, and gives the answer to send. */
export async function answerCloudFormation(
  event: ActiveRuleSetEvent,
  sets: RuleSets,
): Promise<CloudFormationCustomResourceResponse> {
  return await answerRequest(event, (asked) => handleActiveRuleSet(asked, sets), failedPhysicalId);
}
