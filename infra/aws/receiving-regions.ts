/**
 * Where SES receives mail. A region that AWS adds later is refused until it stands here: a rule that SES cannot make
 * would fail in the middle of a deployment.
 * @see https://docs.aws.amazon.com/general/latest/gr/ses.html
 */
export const receivingRegions: readonly string[] = [
  'af-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-south-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

const allowed = `must be a region where SES receives mail: ${receivingRegions.join(', ')}`;

/**
 * What is wrong with where mail is received, one line each.
 * @param sesRegion the setting; absent: mail is received at home
 * @param homeRegion the region that everything else is deployed to; absent while it is not known
 */
export function receivingFaults(sesRegion: string | undefined, homeRegion: string | undefined): string[] {
  if (sesRegion === undefined) {
    if (homeRegion === undefined || receivingRegions.includes(homeRegion)) return [];
    return [`sesRegion is not set: ${allowed}: the deployment's own region ${homeRegion} is not one`];
  }
  const given = `sesRegion is ${JSON.stringify(sesRegion)}`;
  if (!receivingRegions.includes(sesRegion)) return [`${given}: ${allowed}`];
  if (homeRegion === undefined) {
    return [`${given}: must be given together with the deployment's own region, by AWS_REGION or a profile`];
  }
  if (homeRegion === sesRegion) return [`${given}: must be another region than the deployment's own: leave it out`];
  return [];
}
