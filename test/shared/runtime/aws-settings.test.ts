import { describe, expect, it } from 'vitest';
import { type AwsConfig, awsConfigSchema } from '../../../shared/runtime/aws-config.ts';
import { toAwsSettings } from '../../../shared/runtime/aws-settings.ts';

describe('toAwsSettings', () => {
  it('G8 believes the SES of the region that the function runs in, and of none when that is not known', () => {
    const region = awsConfigSchema.shape.AWS_REGION.parse('eu-central-1');
    expect(toAwsSettings({ AWS_REGION: region } as AwsConfig).sesRegion).toBe('eu-central-1');
    expect(toAwsSettings({} as AwsConfig)).not.toHaveProperty('sesRegion');
    expect(awsConfigSchema.shape.AWS_REGION.safeParse('eu-central-1.evil.example').success).toBe(false);
  });

  it('G8 believes the SES of another region where mail comes in through that one', () => {
    const [home, other] = ['ap-southeast-1', 'eu-west-1'];
    const config = { AWS_REGION: home, LIGHTERMAIL_SES_REGION: other } as AwsConfig;
    expect(toAwsSettings(config).sesRegion).toBe(other);
  });

  it.each(['us-east-1', 'us-gov-west-1', 'ap-southeast-2', 'cn-north-1'])('takes %s for a region', (region) => {
    expect(awsConfigSchema.shape.AWS_REGION.parse(region)).toBe(region);
  });
});
