import type { RuleSets } from '../../../../infra/aws/active-rule-set/rule-sets.ts';

/** The rule sets of one account in memory, and every activation in order. */
export function fakeRuleSets(names: readonly string[], active?: string) {
  const state = { active, activations: [] as (string | undefined)[] };
  const sets: RuleSets = {
    readActive: async () => state.active,
    exists: async (name) => names.includes(name),
    activate: async (name) => {
      if (name !== undefined && !names.includes(name)) throw new Error(`Rule set does not exist: ${name}`);
      state.active = name;
      state.activations.push(name);
    },
  };
  return { sets, state };
}
