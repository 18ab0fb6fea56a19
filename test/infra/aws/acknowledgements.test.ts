import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { acknowledgeFindings } from '../../../infra/aws/acknowledgements.ts';
import { allSettings, leastSettings, synthesize } from './synthesized.ts';

describe('acknowledgeFindings', () => {
  it.each([
    ['the least settings', leastSettings],
    ['all settings', allSettings],
  ])('leaves no finding of the AwsSolutions rules without a reason, with %s', (_, settings) => {
    const { app, stacks } = synthesize(settings);

    acknowledgeFindings(stacks);

    const { violations } = new AwsSolutionsChecks(app).validateScope(app);
    expect(violations.map(({ ruleName }) => ruleName)).toEqual([]);
  });
});
