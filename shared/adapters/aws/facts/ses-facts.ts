import {
  GetAccountCommand,
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  GetEmailIdentityCommand,
  type GetEmailIdentityResponse,
  GetSuppressedDestinationCommand,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import type { SendingFacts, SendingIdentity } from '../../../ports/deployment-facts.ts';
import { ask, askFor } from './ask.ts';

/** The sending side, from SES's second API. */
export function sesFacts(client: SESv2Client): SendingFacts {
  return {
    async account() {
      const answer = await ask('ses:GetAccount', client.send(new GetAccountCommand({})));
      const { SendQuota, SuppressionAttributes } = answer;
      return {
        hasProductionAccess: answer.ProductionAccessEnabled === true,
        isSendingEnabled: answer.SendingEnabled === true,
        enforcementStatus: answer.EnforcementStatus ?? 'unknown',
        maxPerDay: SendQuota?.Max24HourSend ?? 0,
        sentLastDay: SendQuota?.SentLast24Hours ?? 0,
        maxPerSecond: SendQuota?.MaxSendRate ?? 0,
        suppressedReasons: SuppressionAttributes?.SuppressedReasons ?? [],
      };
    },

    async identity(EmailIdentity) {
      const answer = client.send(new GetEmailIdentityCommand({ EmailIdentity }));
      const found = await askFor('ses:GetEmailIdentity', answer, 'NotFoundException');
      return found === undefined ? undefined : toIdentity(EmailIdentity, found);
    },

    async configurationSet(ConfigurationSetName) {
      const answer = client.send(new GetConfigurationSetCommand({ ConfigurationSetName }));
      const found = await askFor('ses:GetConfigurationSet', answer, 'NotFoundException');
      if (found === undefined) return undefined;
      const { EventDestinations = [] } = await ask(
        'ses:GetConfigurationSetEventDestinations',
        client.send(new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName })),
      );
      const suppressedReasons = found.SuppressionOptions?.SuppressedReasons;
      return {
        isSendingEnabled: found.SendingOptions?.SendingEnabled !== false,
        ...(suppressedReasons === undefined ? {} : { suppressedReasons }),
        destinations: EventDestinations.map(({ Enabled, MatchingEventTypes = [], SnsDestination }) => ({
          isEnabled: Enabled === true,
          eventTypes: MatchingEventTypes,
          ...(SnsDestination?.TopicArn === undefined ? {} : { topicArn: SnsDestination.TopicArn }),
        })),
      };
    },

    async suppressedFor(EmailAddress) {
      const answer = client.send(new GetSuppressedDestinationCommand({ EmailAddress }));
      const found = await askFor('ses:GetSuppressedDestination', answer, 'NotFoundException');
      return found?.SuppressedDestination?.Reason;
    },
  };
}

function toIdentity(name: string, answer: GetEmailIdentityResponse): SendingIdentity {
  const { DkimAttributes: dkim, MailFromAttributes: mailFrom } = answer;
  const hostedZone = dkim?.SigningHostedZone;
  return {
    name,
    isVerified: answer.VerifiedForSendingStatus === true,
    dkim: {
      isEnabled: dkim?.SigningEnabled === true,
      status: dkim?.Status ?? 'NOT_STARTED',
      origin: dkim?.SigningAttributesOrigin ?? 'AWS_SES',
      tokens: dkim?.Tokens ?? [],
      ...(hostedZone === undefined ? {} : { hostedZone }),
    },
    ...(mailFrom?.MailFromDomain
      ? { mailFrom: { domain: mailFrom.MailFromDomain, status: mailFrom.MailFromDomainStatus ?? 'PENDING' } }
      : {}),
  };
}
