import { checkMail } from './check-mail.ts';
import { checkGenerated, generatedCases } from './generated-check.ts';
import { mutate } from './mutate.ts';
import { createRandom } from './random.ts';

export type FuzzMode = 'mutated' | 'generated';

/** Which mails a run reads: those whose number, divided by `stride`, leaves `first`. */
export interface FuzzPlan {
  readonly mode: FuzzMode;
  readonly seed: number;
  readonly mails: number;
  readonly first: number;
  readonly stride: number;
}

export interface FuzzProgress {
  readonly index: number;
  readonly end: string;
  readonly problems: readonly string[];
  readonly ms: number;
}

/** Generated mails are made so many at a time. */
const batchSize = 200;

/** The mutated mail of a number: the same one every time. */
export function mutatedMail(seeds: readonly Buffer[], seed: number, index: number): Buffer {
  const random = createRandom(seed, index);
  return mutate(random.pick(seeds), seeds, random);
}

/** Reads and checks the mails of a plan, one after the other. @param seeds the mails to mutate */
export async function* runFuzz(plan: FuzzPlan, seeds: readonly Buffer[]): AsyncGenerator<FuzzProgress> {
  if (plan.mode === 'mutated') yield* runMutated(plan, seeds);
  else yield* runGenerated(plan);
}

async function* runMutated(plan: FuzzPlan, seeds: readonly Buffer[]): AsyncGenerator<FuzzProgress> {
  for (let index = plan.first; index < plan.mails; index += plan.stride) {
    const mail = mutatedMail(seeds, plan.seed, index);
    yield { index, ...(await checkMail(mail, createRandom(plan.seed + 1, index))) };
  }
}

async function* runGenerated(plan: FuzzPlan): AsyncGenerator<FuzzProgress> {
  for (let batch = plan.first; batch * batchSize < plan.mails; batch += plan.stride) {
    const count = Math.min(batchSize, plan.mails - batch * batchSize);
    const cases = generatedCases(count, plan.seed + batch);
    for (const [at, one] of cases.entries()) {
      yield { index: batch * batchSize + at, ...(await checkGenerated(one)) };
    }
  }
}
