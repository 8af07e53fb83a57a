import Type from 'typebox';

/** Pattern of an id that is a string. */
export const idPattern = '^[a-zA-Z0-9-_.]+$';

/** An id, or a reference to one: a short string, or a positive integer. */
export const Id = Type.Unsafe<string | number>({
  anyOf: [
    { type: 'string', minLength: 1, maxLength: 64, pattern: idPattern },
    { type: 'integer', minimum: 1 },
  ],
  title: 'Id',
  description: 'Identifies the object within its kind: letters, digits, `-`, `_` and `.`, or a positive integer.',
});

/** A name for people. */
export const Name = Type.String({
  minLength: 1,
  maxLength: 256,
  title: 'Name',
  description: 'What people call it. Need not be unique.',
});

/** Free text about an object. */
export const Description = Type.String({
  maxLength: 256,
  title: 'Description',
  description: 'What the object is for, in a sentence.',
});

/** Words to find and group objects by. */
export const Labels = Type.Unsafe<Record<string, string>>({
  type: 'object',
  patternProperties: { '.*': { type: 'string', minLength: 1, maxLength: 256, pattern: '^\\S+$' } },
  title: 'Labels',
  description: 'Pairs of key and value to find and group objects by. Values have no spaces.',
});

/** When the object was first stored. */
export const CreateTime = Type.Integer({
  title: 'Created',
  description: 'When the object was first stored, in seconds since 1970. Set by the control plane.',
});

/** When the object was last stored. */
export const UpdateTime = Type.Integer({
  title: 'Updated',
  description: 'When the object was last stored, in seconds since 1970. Set by the control plane.',
});

/** Plugins by name. What each may say is the plugin's own schema, see `checkPlugins`. */
export const Plugins = Type.Unsafe<Record<string, Record<string, unknown>>>({
  type: 'object',
  title: 'Plugins',
  description: 'Plugins to run, by name, each with its configuration.',
});

/** Source of a script that takes the place of plugins. */
export const Script = Type.String({
  minLength: 10,
  maxLength: 102400,
  title: 'Script',
  description: 'Source that runs in place of plugins. Cannot be combined with plugins.',
});
