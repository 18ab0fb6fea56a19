import { type CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { AlarmFacts, RingingAlarm } from '../../../ports/deployment-facts.ts';
import { ask } from './ask.ts';

const mostPages = 10;

/** Which alarms ring, from CloudWatch. */
export function alarmFacts(client: CloudWatchClient): AlarmFacts {
  return {
    async ringing() {
      const all: RingingAlarm[] = [];
      let NextToken: string | undefined;
      for (let page = 0; page < mostPages; page += 1) {
        const command = new DescribeAlarmsCommand({ StateValue: 'ALARM', ...(NextToken && { NextToken }) });
        const answer = await ask('cloudwatch:DescribeAlarms', client.send(command));
        all.push(...(answer.MetricAlarms ?? []).map(toAlarm));
        NextToken = answer.NextToken;
        if (!NextToken) break;
      }
      return all;
    },
  };
}

function toAlarm({ AlarmName = '', AlarmDescription = '', Dimensions = [] }: MetricAlarm): RingingAlarm {
  const queueName = Dimensions.find(({ Name }) => Name === 'QueueName')?.Value;
  return { name: AlarmName, description: AlarmDescription, ...(queueName === undefined ? {} : { queueName }) };
}
