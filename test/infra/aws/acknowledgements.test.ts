import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { acknowledgeFindings } from '../../../infra/aws/acknowledgements.ts';
import { allSettings, leastSettings, synthesize, twoRegions } from './synthesized.ts';
import { ephemeralSettings, ownDomainSettings, webhookSettings } from './variants.ts';

describe('acknowledgeFindings', () => {
  it.each([
    ['the least settings', leastSettings, undefined],
    ['all settings', allSettings, undefined],
    ['two regions', twoRegions.settings, twoRegions.home],
    ['two regions and an existing bucket', { ...allSettings, sesRegion: 'eu-west-1' }, twoRegions.home],
    [
      'a domain of its own and an HTTPS subscriber, in a trial',
      { ...ownDomainSettings, ...webhookSettings, ...ephemeralSettings },
      undefined,
    ],
  ])('leaves no finding of the AwsSolutions rules without a reason, with %s', (_, settings, home) => {
    const { app, stacks } = synthesize(settings, home);

    acknowledgeFindings(stacks);

    const { violations } = new AwsSolutionsChecks(app).validateScope(app);
    expect(violations.map(({ ruleName }) => ruleName)).toEqual([]);
  });
});
