import { describe, expect, it } from 'vitest';
import { openOutboundDesk } from '../support/outbound-desk.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { SesBehaviour, SesPost } from '../support/ses-endpoint.ts';
import { runThrottleStorm } from '../support/throttle-storm.ts';

describe('F17 B9 R13 a storm of 429', () => {
  it('leaves no dead letter, spends no attempt, and the rate is never passed', async () => {
    const result = await runThrottleStorm({ jobs: 120, stormSeconds: 30, rate: 14 });
    expect(result).toMatchObject({ sent: 120, accepted: 120, attemptsOfRecords: 120, deadLetters: 0, tooFast: 0 });
    expect(result.mostPerSecond).toBeLessThanOrEqual(14);
    expect(result.refused).toBeGreaterThan(200);
    expect(result.posts).toBe(result.accepted + result.refused);
  });
});

describe('R3 F2 F3 F4 F5 resets, 500s, silence and 429 in a mix, events doubled, shuffled and lost', () => {
  const seed = 20_261_122;
  it(`loses nothing; doubles only what had no event, each flagged (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const desk = await openOutboundDesk({ uncertainSeconds: 900 }, { requestTimeoutMs: 500 });
    const withheld = new Set<string>();
    const waiting: SesPost[] = [];
    const accepted = new Map<string, number>();
    const mix: readonly (readonly [number, SesBehaviour])[] = [
      [0.08, { do: 'reset', accepted: true }],
      [0.14, { do: 'reset', accepted: false }],
      [0.2, { do: 'accept-then-500' }],
      [0.26, { do: 'error', status: 500 }],
      [0.27, { do: 'stall', accepted: true }],
      [0.35, { do: 'error', status: 429, name: 'TooManyRequestsException', message: 'Maximum sending rate exceeded.' }],
      [1, { do: 'accept' }],
    ];
    const isTaken = ({ do: what, ...more }: SesBehaviour) =>
      what === 'accept' || what === 'accept-then-500' || ('accepted' in more && more.accepted);
    desk.ses.behave((post) => {
      const dice = random();
      const behaviour = mix.find(([below]) => dice < below)?.[1] ?? { do: 'accept' };
      const emailId = post.emailTags.email_id!;
      if (!isTaken(behaviour)) return behaviour;
      accepted.set(emailId, (accepted.get(emailId) ?? 0) + 1);
      if (random() < 0.2) withheld.add(emailId);
      else for (let copy = 0; copy < 1 + random() * 3; copy += 1) waiting.push({ ...post, messageId: `m-${emailId}` });
      return behaviour;
    });
    try {
      const ids = await desk.submit(150);
      for (let round = 0; round < 40; round += 1) {
        await desk.drain();
        for (const post of waiting.splice(0).sort(() => random() - 0.5)) {
          await desk.event(post);
          if (random() < 0.5) await desk.event(post, 'Delivery');
        }
        await desk.pass(120 + random() * 400);
      }
      const emails = await Promise.all(ids.map((id) => desk.email(id)));
      const parked = emails.filter(({ state }) => state === 'uncertain');
      expect(emails.filter(({ state }) => !['sent', 'delivered', 'uncertain'].includes(state))).toEqual([]);
      // Twice without an answer and without an event: an operator decides, it is a dead letter, and it is flagged.
      expect(parked.every(({ possibleDuplicate }) => possibleDuplicate)).toBe(true);
      expect(await desk.stores.deadLetters.count('outbound')).toBe(parked.length);
      const lost = ids.filter((id) => !accepted.has(id) && !parked.some(({ emailId }) => emailId === id));
      expect(lost).toEqual([]);
      for (const email of emails) {
        const times = accepted.get(email.emailId) ?? 0;
        expect(times).toBeLessThanOrEqual(2);
        if (times === 2) expect([withheld.has(email.emailId), email.possibleDuplicate]).toEqual([true, true]);
      }
      const attempts = desk.logLines.filter((line) => line.includes('"email goes out"')).length;
      expect(desk.ses.requestCount()).toBe(attempts);
      expect([...accepted.values()].some((times) => times === 2)).toBe(true);
      expect(desk.logLines.join('\n')).not.toMatch(/@example/);
    } finally {
      await desk.close();
    }
  });
});
