import { certificateArn } from './domain-settings.ts';
import { domain, text } from './setting-values.ts';

/** Where the account's own registry keeps images; a tag or, better, a digest says which one. */
const image = text(
  'must be an image in ECR: <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>, or @sha256:<digest>',
  (value) =>
    /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/[a-z0-9][a-z0-9._/-]{1,255}(?::[\w.-]{1,128}|@sha256:[0-9a-f]{64})$/.test(
      value,
    ),
);

const network = text('must be the id of a VPC, vpc-…', (value) => /^vpc-[0-9a-f]{8,17}$/.test(value));

/** A load balancer stands in two zones at least. */
const leastSubnets = 2;
const subnets = text('must be the ids of at least two subnets, subnet-…, separated by commas', (value) => {
  const ids = value.split(',').map((id) => id.trim());
  return ids.length >= leastSubnets && ids.every((id) => /^subnet-[0-9a-f]{8,17}$/.test(id));
}).transform((value) => value.split(',').map((id) => id.trim()));

/** The settings of the HTTPS subscriber of SNS, as text in; without `webhookDomain` there is none. */
export const webhookSettings = {
  webhookDomain: domain.optional(),
  webhookCertificateArn: certificateArn.optional(),
  webhookImage: image.optional(),
  /** A network that exists, with the subnets of the load balancer and those of the tasks; absent: one is made. */
  webhookVpc: network.optional(),
  webhookPublicSubnets: subnets.optional(),
  webhookPrivateSubnets: subnets.optional(),
};
