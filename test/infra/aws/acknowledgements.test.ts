import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { acknowledgeFindings } from '../../../infra/aws/acknowledgements.ts';
import { allSettings, countsOf, leastSettings, synthesize, twoRegions } from './synthesized.ts';
import { ephemeralSettings, existingKeySettings, keySettings, ownDomainSettings, webhookSettings } from './variants.ts';

describe.each([
  ['the least settings', leastSettings, undefined],
  ['all settings', allSettings, undefined],
  ['two regions', twoRegions.settings, twoRegions.home],
  ['two regions and an existing bucket', { ...allSettings, sesRegion: 'eu-west-1' }, twoRegions.home],
  ['two regions and a key', { ...twoRegions.settings, kms: 'true' }, twoRegions.home],
  ['a key', keySettings, undefined],
  ['an existing key', existingKeySettings, undefined],
  [
    'a domain of its own and an HTTPS subscriber, in a trial',
    { ...ownDomainSettings, ...webhookSettings, ...ephemeralSettings },
    undefined,
  ],
])('the stacks of %s', (_, settings, home) => {
  const { app, stacks, ...templates } = synthesize(settings, home);

  it('leave no finding of the AwsSolutions rules without a reason', () => {
    acknowledgeFindings(stacks);

    const { violations } = new AwsSolutionsChecks(app).validateScope(app);
    expect(violations.map(({ ruleName }) => ruleName)).toEqual([]);
  });

  it('hold these resources and no others', () => {
    const counts = Object.entries(templates).map(([name, template]) => [name, countsOf(template)]);
    expect(Object.fromEntries(counts)).toMatchSnapshot();
  });
});
