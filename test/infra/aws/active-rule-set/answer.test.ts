import { describe, expect, it } from 'vitest';
import { answerCloudFormation } from '../../../../infra/aws/active-rule-set/answer.ts';
import type { ActiveRuleSetEvent } from '../../../../infra/aws/active-rule-set/handler.ts';
import { fakeRuleSets } from './fake-rule-sets.ts';

const common = {
  ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:switch',
  ResponseURL: 'https://cloudformation.example/answer',
  StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Lightermail/1',
  RequestId: 'request-1',
  LogicalResourceId: 'Active',
  ResourceType: 'Custom::LightermailActiveRuleSet',
};

const properties = (takeOver: 'true' | 'false', ruleSetName = 'ours') => ({
  ServiceToken: common.ServiceToken,
  ruleSetName,
  takeOver,
});

const create = (takeOver: 'true' | 'false' = 'false'): ActiveRuleSetEvent => ({
  ...common,
  RequestType: 'Create',
  ResourceProperties: properties(takeOver),
});

const update = (takeOver: 'true' | 'false', id: string, formerName = 'ours'): ActiveRuleSetEvent => ({
  ...common,
  RequestType: 'Update',
  PhysicalResourceId: id,
  ResourceProperties: properties(takeOver),
  OldResourceProperties: properties('false', formerName),
});

const remove = (id: string): ActiveRuleSetEvent => ({
  ...common,
  RequestType: 'Delete',
  PhysicalResourceId: id,
  ResourceProperties: properties('false'),
});

describe('answerCloudFormation, create', () => {
  it('activates our rule set when none is active', async () => {
    const { sets, state } = fakeRuleSets(['ours']);

    const answer = await answerCloudFormation(create(), sets);

    expect(state.active).toBe('ours');
    expect(answer).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: 'active-rule-set',
      StackId: common.StackId,
      RequestId: 'request-1',
      LogicalResourceId: 'Active',
    });
  });

  it('changes nothing when our rule set is active already', async () => {
    const { sets, state } = fakeRuleSets(['ours'], 'ours');

    const answer = await answerCloudFormation(create(), sets);

    expect(answer.Status).toBe('SUCCESS');
    expect(state.activations).toEqual([]);
  });

  it('fails with both ways out when another rule set is active, and leaves it active', async () => {
    const { sets, state } = fakeRuleSets(['ours', 'theirs'], 'theirs');

    const answer = await answerCloudFormation(create(), sets);

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'active-rule-set' });
    expect(answer.Reason).toContain('"theirs" is active');
    expect(answer.Reason).toContain('-c ruleSet=theirs');
    expect(answer.Reason).toContain('-c takeOver=true');
    expect(state).toEqual({ active: 'theirs', activations: [] });
  });

  it('replaces another active rule set when it may take over, and remembers it', async () => {
    const { sets, state } = fakeRuleSets(['ours', 'theirs'], 'theirs');

    const answer = await answerCloudFormation(create('true'), sets);

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'active-rule-set/theirs' });
    expect(state.active).toBe('ours');
  });

  it("answers FAILED with SES's reason when SES fails, and never throws", async () => {
    const { sets } = fakeRuleSets([]);

    expect(await answerCloudFormation(create(), sets)).toMatchObject({
      Status: 'FAILED',
      Reason: 'Rule set does not exist: ours',
    });
  });
});

describe('answerCloudFormation, update', () => {
  it('activates ours again after it was switched off by hand', async () => {
    const { sets, state } = fakeRuleSets(['ours']);

    expect(await answerCloudFormation(update('false', 'active-rule-set/theirs'), sets)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'active-rule-set/theirs',
    });
    expect(state.active).toBe('ours');
  });

  it('refuses to replace what was activated by hand meanwhile, unless it may take over', async () => {
    const { sets, state } = fakeRuleSets(['ours', 'theirs'], 'theirs');

    expect(await answerCloudFormation(update('false', 'active-rule-set'), sets)).toMatchObject({ Status: 'FAILED' });
    expect(state.active).toBe('theirs');
    expect(await answerCloudFormation(update('true', 'active-rule-set'), sets)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'active-rule-set',
    });
    expect(state.active).toBe('ours');
  });

  it('replaces our own rule set under its former name without asking', async () => {
    const { sets, state } = fakeRuleSets(['ours', 'former'], 'former');

    const answer = await answerCloudFormation(update('false', 'active-rule-set', 'former'), sets);

    expect(answer.Status).toBe('SUCCESS');
    expect(state.active).toBe('ours');
  });
});

describe('answerCloudFormation, delete', () => {
  it('activates the rule set again that ours had replaced', async () => {
    const { sets, state } = fakeRuleSets(['ours', 'theirs'], 'ours');

    await answerCloudFormation(remove('active-rule-set/theirs'), sets);

    expect(state.activations).toEqual(['theirs']);
  });

  it('leaves none active when ours had replaced none, or when that one is gone', async () => {
    for (const id of ['active-rule-set', 'active-rule-set/gone']) {
      const { sets, state } = fakeRuleSets(['ours'], 'ours');

      expect(await answerCloudFormation(remove(id), sets)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
      expect(state.activations).toEqual([undefined]);
    }
  });

  it('changes nothing when ours is not the active one, as after a creation that was refused', async () => {
    for (const active of ['theirs', undefined]) {
      const { sets, state } = fakeRuleSets(['ours', 'theirs'], active);

      await answerCloudFormation(remove('active-rule-set'), sets);

      expect(state).toEqual({ active, activations: [] });
    }
  });
});
