import { type Finding, findingsOf } from './finding.ts';

const leastNode = 24;

/** @param version as `process.versions.node` has it */
export function checkNode(version: string): readonly Finding[] {
  const say = findingsOf('node');
  return Number(version.split('.')[0]) >= leastNode
    ? [say.ok('Node', version)]
    : [say.error('Node', `${version} is too old`, `install Node ${leastNode} or newer`)];
}
