import { MailError, TransientMailError } from '../../../errors/mail-error.ts';
import { isCredentialError, toAwsErrorFacts } from '../aws-errors.ts';

/** Names that say: these credentials hold, but may not do this. */
const denied = /^(?:AccessDenied|AuthorizationError|NotAuthorized|UnauthorizedOperation|KMSAccessDenied)/;

/**
 * The answer to one question, with its refusal as an error of ours: `ERR_CREDENTIALS`, whose details hold the
 * permission where only that is lacking, or `ERR_INTERNAL` for everything else.
 * @param permission the IAM action that the question needs, such as `ses:GetAccount`
 */
export async function ask<Answer>(permission: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof MailError) throw error;
    const facts = toAwsErrorFacts(error);
    const isDenied = denied.test(facts.name) || (facts.httpStatus === 403 && facts.name === 'Unknown');
    const code = isDenied || isCredentialError(facts) ? 'ERR_CREDENTIALS' : 'ERR_INTERNAL';
    const reason = [facts.name, facts.httpStatus, facts.nodeCode].filter((part) => part !== undefined).join(' ');
    throw new TransientMailError(code, `${permission} was answered with ${reason}`, {
      details: isDenied ? { permission } : { reason },
      cause: error,
    });
  }
}

/** Like `ask`, with absence as `undefined`. @param absent the names by which the service says that there is none */
export async function askFor<Answer>(
  permission: string,
  answer: Promise<Answer>,
  ...absent: readonly string[]
): Promise<Answer | undefined> {
  return ask(
    permission,
    answer.catch((error: unknown) => {
      if (absent.includes(toAwsErrorFacts(error).name)) return undefined;
      throw error;
    }),
  );
}
