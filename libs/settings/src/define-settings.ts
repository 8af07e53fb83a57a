import type { Static, TSchema } from 'typebox';

/** One setting of a process: its schema says type, range, default and meaning. */
export interface SettingDefinition<S extends TSchema = TSchema> {
  /** The environment variable, or null for what only the file can say (objects). */
  readonly env: string | null;
  readonly schema: S;
  /** Never printed, not even in error messages. */
  readonly isSecret?: boolean;
}

/** The settings of one process, by their key in the YAML file. */
export type Settings = Readonly<Record<string, SettingDefinition>>;

/** What `loadSettings` returns: optional settings may be undefined, all others have a default. */
export type SettingsValues<T extends Settings> = {
  readonly [Key in keyof T]: T[Key]['schema'] extends { '~optional': true }
    ? Static<T[Key]['schema']> | undefined
    : Static<T[Key]['schema']>;
};

/**
 * Declares the settings of a process. One declaration serves the environment, the YAML file, validation and the reference
 * page.
 */
export function defineSettings<const T extends Settings>(settings: T): T {
  return settings;
}
