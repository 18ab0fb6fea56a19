import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FunctionName, functions } from '../../../infra/topology.ts';
import { behave, behaviourRoutes } from './calls/behaviour.ts';
import { accessKeyOf, type FunctionLab, functionResource, openFunctionLab } from './calls/function-lab.ts';
import { platformNeeds } from './calls/platform-needs.ts';
import { allowing, type Grant, grantsOf } from './calls/role-policy.ts';
import type { Need } from './calls/wire-calls.ts';
import { onlyResource } from './synthesized.ts';

/** Permissions that no call was seen to need, each with the reason why the role has it all the same. */
const unusedWithReason: Partial<Record<FunctionName, Readonly<Record<string, string>>>> = {};

/** Half a minute on a machine that has nothing else to do. */
const hookMs = 600_000;

let lab: FunctionLab;
beforeAll(async () => {
  lab = await openFunctionLab(behaviourRoutes);
  await behave(lab);
}, hookMs);
afterAll(() => lab?.close());

function grants(name: FunctionName): readonly Grant[] {
  const { Properties } = functionResource(lab.synthesized, name);
  return grantsOf(lab.synthesized.pipeline, lab.values, Properties.Role['Fn::GetAtt'][0]);
}

/** What was asked of IAM under the function's own key. */
function recorded(name: FunctionName): readonly Need[] {
  return lab.recorder.calls.filter((call) => call.accessKeyId === accessKeyOf(name)).flatMap(({ needs }) => needs);
}

/** What was asked under a key of none of the functions: that of the role which signs links, for its session. */
function recordedOfSessions(): readonly Need[] {
  const ours = new Set(names.map(accessKeyOf));
  return lab.recorder.calls.filter((call) => !ours.has(call.accessKeyId)).flatMap(({ needs }) => needs);
}

const shown = ({ action, anyOf }: Need) => `${action} on ${anyOf.join(' or ')}`;
const names = Object.keys(functions) as FunctionName[];

/** Those that no need has used, as they are listed. */
function unusedOf(all: readonly Grant[], needs: readonly Need[]): string[] {
  const used = new Set(needs.flatMap((need) => allowing(all, need)));
  return all.filter((grant) => !used.has(grant)).map(({ action, resource }) => `${action} on ${resource}`);
}

describe('the calls of the functions, as they go over the wire, against the policies of their roles', () => {
  it('were all understood, and every function has made some', () => {
    expect(lab.recorder.faults).toEqual([]);
    for (const name of names) expect([name, recorded(name).length]).not.toEqual([name, 0]);
  });

  it.each(names)('%s: each call is allowed', (name) => {
    const all = grants(name);

    const refused = recorded(name).filter((need) => allowing(all, need).length === 0);

    expect([...new Set(refused.map(shown))]).toEqual([]);
  });

  it.each(names)('%s: each permission is used', (name) => {
    const needs = [...recorded(name), ...platformNeeds(lab, name)];

    expect(unusedOf(grants(name), needs)).toEqual(Object.keys(unusedWithReason[name] ?? {}));
  });

  it('the role that signs links: allows exactly what following them asks', () => {
    const [roleId] = onlyResource(lab.synthesized.pipeline, 'AWS::IAM::Role', 'LinkSigner');
    const all = grantsOf(lab.synthesized.pipeline, lab.values, roleId);
    const needs = recordedOfSessions();

    expect(needs.filter((need) => allowing(all, need).length === 0).map(shown)).toEqual([]);
    expect(unusedOf(all, needs)).toEqual([]);
  });

  it('has no role that allows an action by a wildcard', () => {
    for (const name of names) for (const { action } of grants(name)) expect(action).not.toContain('*');
  });
});
