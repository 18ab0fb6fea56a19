import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from 'constructs';
import type { RawSettings } from '../../shared/runtime/settings.ts';
import { settingNames } from './context-schema.ts';

/**
 * The settings that CDK's context holds, as text: `-c name=value`, or values in cdk.json.
 * @param usesExample whether the example settings stand in when not one setting is given: to synthesize, never to deploy
 */
export function readContext(node: Node, usesExample: boolean): RawSettings {
  const given = Object.fromEntries(settingNames.map((name) => [name, toText(node.tryGetContext(name))]));
  const isGiven = Object.values(given).some((value) => value !== undefined);
  return usesExample && !isGiven ? readExample() : given;
}

function toText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function readExample(): RawSettings {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'example-context.json'), 'utf8'));
}
