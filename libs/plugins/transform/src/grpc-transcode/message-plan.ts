import protobuf from 'protobufjs';

/** The types of protobuf that are not messages or enums. */
export type ScalarType =
  | 'double'
  | 'float'
  | 'int32'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'sfixed32'
  | 'int64'
  | 'uint64'
  | 'sint64'
  | 'fixed64'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes';

/** What one value of a field is. */
export type ValueType =
  | { readonly is: 'scalar'; readonly type: ScalarType }
  | { readonly is: 'enum'; readonly numbers: ReadonlyMap<string, number>; readonly names: ReadonlyMap<number, string> }
  | { readonly is: 'message'; readonly message: MessagePlan };

/** A field of a message, ready to be read and written. */
export interface FieldPlan {
  readonly name: string;
  readonly id: number;
  readonly form: 'single' | 'list' | 'map';
  readonly value: ValueType;
  /** Only of maps. */
  readonly key: ScalarType;
  readonly isPacked: boolean;
  /** Whether there is a difference between a field that was not sent and one that has its default. */
  readonly hasPresence: boolean;
  /** One of several fields of which only one is there. */
  readonly isChoice: boolean;
  /** Whether the file is of a form in which fields are there without being sent (proto3). */
  readonly isImplicit: boolean;
  /** As the file says it, undefined for a message. */
  readonly fallback: unknown;
}

/** A message, ready to be read and written. Plans of messages that hold each other do so as well. */
export interface MessagePlan {
  readonly name: string;
  readonly fields: readonly FieldPlan[];
  readonly byId: ReadonlyMap<number, FieldPlan>;
}

const scalars: ReadonlySet<string> = new Set(Object.keys(protobuf.types.basic));

/** Makes plans of the types of one proto, each once. */
export class MessagePlans {
  readonly #made = new Map<protobuf.Type, MessagePlan>();

  of(type: protobuf.Type): MessagePlan {
    const before = this.#made.get(type);
    if (before) return before;
    const fields: FieldPlan[] = [];
    const byId = new Map<number, FieldPlan>();
    const plan = { name: type.fullName.slice(1), fields, byId };
    // Known before its fields are: a message may hold itself.
    this.#made.set(type, plan);
    for (const field of type.fieldsArray) {
      const planned = this.#field(field.resolve());
      fields.push(planned);
      byId.set(planned.id, planned);
    }
    return plan;
  }

  #field(field: protobuf.Field): FieldPlan {
    if (field.delimited) throw new Error(`${field.fullName.slice(1)} is a group, which has no form in JSON`);
    const isMap = field instanceof protobuf.MapField;
    return {
      name: field.name,
      id: field.id,
      form: isMap ? 'map' : field.repeated ? 'list' : 'single',
      value: this.#value(field),
      key: (isMap ? field.keyType : 'string') as ScalarType,
      isPacked: field.packed,
      hasPresence: Boolean(field.hasPresence),
      isChoice: field.partOf !== null,
      isImplicit: isImplicit(field),
      fallback: field.resolvedType instanceof protobuf.Type ? undefined : defaultOf(field),
    };
  }

  #value({ type, resolvedType }: protobuf.Field): ValueType {
    if (resolvedType instanceof protobuf.Type) return { is: 'message', message: this.of(resolvedType) };
    if (resolvedType instanceof protobuf.Enum) {
      const numbers = new Map(Object.entries(resolvedType.values));
      const names = new Map(Object.entries(resolvedType.valuesById).map(([id, name]) => [Number(id), name]));
      return { is: 'enum', numbers, names };
    }
    if (!scalars.has(type)) throw new Error(`nothing is known of the type ${type}`);
    return { is: 'scalar', type: type as ScalarType };
  }
}

/** The features of a field are resolved by the library, which does not show all of them in its types. */
function isImplicit(field: protobuf.Field): boolean {
  const { _features } = field.parent as unknown as { _features: { field_presence?: string } };
  return _features.field_presence === 'IMPLICIT';
}

function defaultOf({ type, typeDefault, resolvedType }: protobuf.Field): unknown {
  if (type === 'bytes') return '';
  if (typeDefault === null) return protobuf.types.defaults[type as ScalarType] ?? 0;
  if (resolvedType === null && protobuf.types.long[type as 'int64'] !== undefined) return BigInt(String(typeDefault));
  return typeDefault as unknown;
}
