import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mailCosts, standingCosts, totalOf } from '../../../scripts/cost/cost-lines.ts';
import { costReport, costTable } from '../../../scripts/cost/cost-table.ts';
import { gigabyteSeconds } from '../../../scripts/cost/durations.ts';
import { prices } from '../../../scripts/cost/prices.ts';
import { readCounts } from '../../../scripts/cost/read-counts.ts';

const counts = readCounts();

describe('costTable', () => {
  it('is the table in README', () => {
    const readme = readFileSync(resolve(import.meta.dirname, '../../../README.md'), 'utf8');

    expect(readme).toContain(`\n${costTable(counts)}\n`);
  });

  it('names every price that no second source has confirmed', () => {
    const table = costTable(counts);

    for (const [name, { confirmed }] of Object.entries(prices)) if (!confirmed) expect(table).toContain(name);
  });
});

describe('mailCosts', () => {
  it('grow with the mails, and take each count at its price', () => {
    const [one, ten] = [mailCosts(counts, 1_000_000), mailCosts(counts, 10_000_000)];

    expect(totalOf(ten)).toBeCloseTo(10 * totalOf(one), 6);
    const received = one.find(({ price }) => price === 'sesReceive');
    expect(received).toMatchObject({ quantity: 1_000_000 });
    expect(received?.usd).toBeCloseTo(100, 6);
    for (const { quantity, usd, price } of one) expect(usd).toBeCloseTo(quantity * prices[price].usd, 9);
  });

  it('are asked for by the services that carry a mail', () => {
    const services = new Set(mailCosts(counts, 1).map(({ service }) => service));

    for (const one of ['SES', 'S3', 'SNS', 'SQS', 'Lambda', 'DynamoDB', 'API Gateway', 'CloudWatch'])
      expect(services).toContain(one);
  });
});

describe('standingCosts', () => {
  it('hold what goes on without mail: polls, runs by the clock, alarms', () => {
    const lines = standingCosts(counts);

    const polls = lines.find(({ service }) => service === 'SQS');
    expect(polls?.quantity).toBe(counts.standing.polledQueues * 648_000);
    expect(lines.find(({ price }) => price === 'alarm')?.quantity).toBe(counts.standing.alarms);
    expect(lines.find(({ price }) => price === 'lambdaRequest')?.quantity).toBeGreaterThanOrEqual(43_200);
  });
});

describe('gigabyteSeconds', () => {
  it('stretch processor time to the share that the memory gives, and add the waits', () => {
    expect(gigabyteSeconds('due-sweeper', { cpuMs: 100, calls: {} })).toBeCloseTo(((0.1 * 1769) / 256) * 0.25, 6);
    expect(gigabyteSeconds('due-sweeper', { cpuMs: 0, calls: { dynamodb: 10 } })).toBeCloseTo(0.08 * 0.25, 6);
    expect(() => gigabyteSeconds('due-sweeper', { cpuMs: 0, calls: { kinesis: 1 } })).toThrow('kinesis');
  });
});

describe('costReport', () => {
  it('gives the same as data, with prices, their date and region', () => {
    const report = costReport(counts);

    expect(report.perMillionMails.usd).toBeCloseTo(totalOf(report.perMillionMails.lines), 9);
    expect(report.prices).toMatchObject({ region: 'us-east-1', date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
  });
});
