import { describe, expect, it } from 'vitest';
import { createEmfMetrics } from '../../../shared/runtime/emf-metrics.ts';
import { createManualClock } from '../../support/manual-clock.ts';

function capture() {
  const lines: string[] = [];
  const clock = createManualClock();
  const metrics = createEmfMetrics({ namespace: 'Here', clock, write: (line) => lines.push(line) });
  return { metrics, lines, timestamp: clock.now().getTime() };
}

describe('createEmfMetrics', () => {
  it('writes one line a count, as CloudWatch reads it, by each dimension and by all', () => {
    const { metrics, lines, timestamp } = capture();

    metrics.count('mails', { state: 'parked', code: 'ERR_EMPTY' });

    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        _aws: {
          Timestamp: timestamp,
          CloudWatchMetrics: [
            {
              Namespace: 'Here',
              Dimensions: [['state'], ['state', 'code']],
              Metrics: [{ Name: 'mails', Unit: 'Count' }],
            },
          ],
        },
        state: 'parked',
        code: 'ERR_EMPTY',
        mails: 1,
      },
    ]);
    expect(lines[0]).not.toContain('\n');
  });

  it('counts amounts, nothing too, in their unit and without a dimension', () => {
    const { metrics, lines } = capture();

    metrics.count('offloadedBytes', {}, 5_000_000_000);
    metrics.count('openGaps', {}, 0);

    const [bytes, gaps] = lines.map((line) => JSON.parse(line));
    expect(bytes.offloadedBytes).toBe(5_000_000_000);
    expect(bytes._aws.CloudWatchMetrics[0]).toMatchObject({
      Dimensions: [[]],
      Metrics: [{ Name: 'offloadedBytes', Unit: 'Bytes' }],
    });
    expect(gaps.openGaps).toBe(0);
  });
});
