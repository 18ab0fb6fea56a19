import type { Condition, Scalar, Value } from '../../ports/record-store.ts';

/** The attributes of an item, without a prototype, so that no attribute name means anything to the language. */
export type Attributes = Record<string, Value>;

/** Reads a JSON document into attributes that any name is safe in. */
export function parseAttributes(document: string): Attributes {
  return Object.assign(Object.create(null), JSON.parse(document));
}

/** Whether a condition holds for an item as it stands (`undefined`: there is none). */
export function holds(condition: Condition, current: Attributes | undefined): boolean {
  if ('is' in condition) return (condition.is === 'present') === (current !== undefined);
  if (current === undefined) return false;
  return Object.entries(condition.matches).every(([name, wanted]) => {
    const values: readonly Scalar[] = Array.isArray(wanted) ? wanted : [wanted as Scalar];
    return values.some((value) => value === current[name]);
  });
}
