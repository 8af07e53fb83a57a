import Type, { type Static } from 'typebox';

const anything = Type.Unknown();

/** What every change of many resources says besides what it is about. */
export const writeFields = {
  prune: Type.Optional(Type.Boolean({ description: 'Delete what is not named.' })),
  selector: Type.Optional(
    Type.Record(Type.String(), Type.String(), { description: 'Prune only what has all of these labels.' }),
  ),
  expected_head: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Refuse (412) where another revision is the newest by now.' }),
  ),
  message: Type.Optional(Type.String({ maxLength: 1024, description: 'Why, for the history.' })),
  as_draft: Type.Optional(
    Type.Boolean({ description: 'Make a draft of it, as groups under approval demand, and change nothing yet.' }),
  ),
};

/** A document to be planned or applied. */
export const applySchema = Type.Object(
  {
    document: Type.Unsafe<unknown>({
      ...anything,
      description:
        'The document itself, or its text in YAML or JSON: the sections of an export or of a standalone file.',
    }),
    ...writeFields,
    kinds: Type.Optional(Type.Array(Type.String(), { description: 'Prune only these kinds.' })),
  },
  { additionalProperties: false },
);

/** A document to be planned or applied. */
export type ApplyBody = Static<typeof applySchema>;

/** What is to be copied from another group. */
export const promotionSchema = Type.Object(
  {
    from: Type.String({ minLength: 1, description: 'The gateway group to copy from.' }),
    revision: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Its state after this revision; the newest without.' }),
    ),
    selection: Type.Optional(
      Type.Array(
        Type.Object({ kind: Type.String(), id: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
        { minItems: 1, maxItems: 20_000, description: 'Only these resources; everything without.' },
      ),
    ),
    include_references: Type.Optional(Type.Boolean({ description: 'With what the selection refers to, and so on.' })),
    dry_run: Type.Optional(Type.Boolean({ description: 'Say what would happen, and change nothing.' })),
    ...writeFields,
  },
  { additionalProperties: false },
);

/** What is to be copied from another group. */
export type PromotionBody = Static<typeof promotionSchema>;
