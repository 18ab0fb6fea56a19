import { SESClient } from '@aws-sdk/client-ses';
import { answerCloudFormation } from './answer.ts';
import type { ActiveRuleSetEvent } from './handler.ts';
import { sesRuleSets } from './ses-rule-sets.ts';

const sets = sesRuleSets(new SESClient());

/** Entry point of the custom resource: the answer goes to the presigned URL in the request. */
export async function handler(event: ActiveRuleSetEvent): Promise<void> {
  const body = JSON.stringify(await answerCloudFormation(event, sets));
  // S3 checks the signature over an empty content type: fetch would send text/plain for a string.
  const answer = await fetch(event.ResponseURL, { method: 'PUT', body: Buffer.from(body), headers: {} });
  if (!answer.ok) throw new Error(`cloudformation did not take the answer: status ${answer.status}`);
}
