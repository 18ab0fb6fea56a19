import { Fn } from 'aws-cdk-lib';
import { type ISubnet, type IVpc, Subnet, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { AwsSettings } from './settings.ts';

/** The fewest zones that a load balancer takes. */
const zoneCount = 2;

/**
 * The network of the HTTPS subscriber: one that exists, or one of its own: the load balancer's subnets, and private ones
 * for the tasks, whose calls to AWS leave through one NAT gateway.
 */
export class WebhookNetwork extends Construct {
  readonly vpc: IVpc;
  readonly publicSubnets: readonly ISubnet[];
  readonly privateSubnets: readonly ISubnet[];

  constructor(scope: Construct, id: string, settings: AwsSettings) {
    super(scope, id);
    const { webhookVpc, webhookPublicSubnets = [], webhookPrivateSubnets = [] } = settings;
    if (webhookVpc === undefined) {
      this.vpc = this.makeVpc();
      this.publicSubnets = this.vpc.publicSubnets;
      this.privateSubnets = this.vpc.privateSubnets;
      return;
    }
    // Nothing is looked up when the stacks are synthesized: only AWS knows which zone each subnet is in.
    this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', { vpcId: webhookVpc, availabilityZones: Fn.getAzs() });
    this.publicSubnets = webhookPublicSubnets.map((subnet) => Subnet.fromSubnetId(this, subnet, subnet));
    this.privateSubnets = webhookPrivateSubnets.map((subnet) => Subnet.fromSubnetId(this, subnet, subnet));
  }

  private makeVpc(): IVpc {
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: zoneCount,
      natGateways: 1,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'Balancer', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
        { name: 'Tasks', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
      ],
    });
    // CDK's own class has members that may be undefined where its interface has them absent.
    return vpc as IVpc;
  }
}
