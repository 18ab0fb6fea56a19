/** Asks each question once, whoever asks it; a failure is shared too. */
export function memoized<Answer>(ask: (key: string) => Promise<Answer>): (key: string) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (key) => {
    const known = answers.get(key) ?? ask(key);
    answers.set(key, known);
    return known;
  };
}

/** The facts of a deployment, each asked for once: SES allows some questions only once a second. */
export function memoizedFacts<Facts extends object>(facts: Facts): Facts {
  const wrapped = Object.entries(facts).map(([service, port]) => {
    const methods = Object.entries(port as Record<string, (key: string) => Promise<unknown>>);
    return [service, Object.fromEntries(methods.map(([name, method]) => [name, memoized(method)]))];
  });
  // The same methods under the same names: this is what the type says already.
  return Object.fromEntries(wrapped) as Facts;
}
