import { SESClient } from '@aws-sdk/client-ses';
import { sendAnswer } from '../custom-resource/send-answer.ts';
import { answerCloudFormation } from './answer.ts';
import type { ActiveRuleSetEvent } from './handler.ts';
import { sesRuleSets } from './ses-rule-sets.ts';

const sets = sesRuleSets(new SESClient());

/** Entry point of the custom resource: the answer goes to the presigned URL in the request. */
export async function handler(event: ActiveRuleSetEvent): Promise<void> {
  await sendAnswer(event.ResponseURL, await answerCloudFormation(event, sets));
}
