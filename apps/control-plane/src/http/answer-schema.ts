import Type, { type TProperties, type TSchema } from 'typebox';

/** A time in an answer: RFC 3339, UTC. */
export const timeSchema = (description?: string) =>
  Type.String({ format: 'date-time', ...(description && { description }) });

/** A value that may also be null. */
export const orNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** An answer with fields that a later version may add to: clients ignore what they do not know. */
export const answerObject = <P extends TProperties>(properties: P, $id?: string) =>
  Type.Object(properties, $id ? { $id } : {});

/** A list without pages. */
export const listOf = (item: TSchema) => Type.Object({ list: Type.Array(item) });

/** A page of a list of which the rest is found by number. */
export const pageOf = (item: TSchema) =>
  Type.Object({ list: Type.Array(item), total: Type.Integer(), page: Type.Integer(), page_size: Type.Integer() });

/** Labels, and other texts by name. */
export const textsByName = Type.Record(Type.String(), Type.String());
