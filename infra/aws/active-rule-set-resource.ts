import { CustomResource, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { BundledFunction } from './bundled-function.ts';

export interface ActiveRuleSetResourceProps {
  readonly ruleSetName: string;
  readonly takeOver: boolean;
  /** The folder of the handler's bundle. */
  readonly assetFolder: string;
}

/** SES answers in well under a second; its API allows one call a second. */
const timeoutSeconds = 60;

/**
 * Makes our rule set the active one at deploy, and ends that at destroy. The deployment fails while another one is
 * active, unless it may be taken over.
 */
export class ActiveRuleSetResource extends Construct {
  constructor(scope: Construct, id: string, props: ActiveRuleSetResourceProps) {
    super(scope, id);
    const { lambda } = new BundledFunction(this, 'Switch', {
      description: 'Activates the receipt rule set at deploy, and only then',
      assetFolder: props.assetFolder,
      timeoutSeconds,
      memoryMegabytes: 256,
      environment: {},
      statements: [
        {
          // SES knows no resources for the active rule set, which belongs to the account.
          actions: ['ses:DescribeActiveReceiptRuleSet', 'ses:SetActiveReceiptRuleSet', 'ses:DescribeReceiptRuleSet'],
          resources: ['*'],
        },
      ],
    });
    new CustomResource(this, 'Active', {
      resourceType: 'Custom::LightermailActiveRuleSet',
      serviceToken: lambda.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { ruleSetName: props.ruleSetName, takeOver: String(props.takeOver) },
    });
  }
}
