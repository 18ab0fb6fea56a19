import { PermanentMailError } from '../../shared/errors/mail-error.ts';
import type { RawSettings } from '../../shared/runtime/settings.ts';
import { type ContextSettings, settingNames } from './context-schema.ts';

type Loose<Value> = Value extends readonly (infer Item)[] ? readonly Item[] : Value;

/** The settings of a deployment by their names in README, each as the type that it means. */
export type TypedSettings = { readonly [Name in keyof ContextSettings]?: Loose<ContextSettings[Name]> | undefined };

/**
 * Typed settings as the text that every setting is read from, whoever gives it.
 * @throws PermanentMailError `ERR_SETTING` for a name that is no setting: a slip must not be a default
 */
export function toRawSettings(settings: TypedSettings): RawSettings {
  const unknown = Object.keys(settings).filter((name) => !(settingNames as readonly string[]).includes(name));
  if (unknown.length > 0) {
    const lines = unknown.map((name) => `${name} is no setting: must be one of ${settingNames.join(', ')}`);
    throw new PermanentMailError('ERR_SETTING', lines.join('\n'));
  }
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
  );
}
