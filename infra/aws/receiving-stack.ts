import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type ReceiveMailProps, receiveMail } from './receive-mail.ts';

/**
 * What must stand where SES receives, when everything else stands in another region: the receipt rules, their rule set
 * and its activation. It names the bucket and the role at home by their fixed names, so that nothing has to be carried
 * from region to region.
 */
export class ReceivingStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & ReceiveMailProps) {
    super(scope, id, props);
    receiveMail(this, props);
  }
}
