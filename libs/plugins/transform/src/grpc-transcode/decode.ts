import protobuf from 'protobufjs';
import type { FieldPlan, MessagePlan, ScalarType, ValueType } from './message-plan.ts';
import type { PbOptionName } from './schema.ts';

/** How values are shown in JSON. */
export interface JsonForm {
  readonly enums: 'name' | 'value';
  readonly longs: 'number' | 'string' | 'hexstring';
  /** Which fields are shown that were not sent: those of proto3, none, or all that have a default. */
  readonly defaults: 'auto' | 'none' | 'all';
}

/** The form that options ask for; of two that differ the later one holds. */
export function jsonFormOf(options: readonly PbOptionName[]): JsonForm {
  const last = <T>(choices: Partial<Record<PbOptionName, T>>, usual: T): T =>
    options.reduce((chosen, option) => choices[option] ?? chosen, usual);
  return {
    enums: last<JsonForm['enums']>({ enum_as_name: 'name', enum_as_value: 'value' }, 'name'),
    longs: last<JsonForm['longs']>(
      { int64_as_number: 'number', int64_as_string: 'string', int64_as_hexstring: 'hexstring' },
      'number',
    ),
    // Defaults that only a lookup would find are not in the JSON.
    defaults: last<JsonForm['defaults']>(
      {
        auto_default_values: 'auto',
        no_default_values: 'none',
        use_default_values: 'all',
        use_default_metatable: 'none',
      },
      'auto',
    ),
  };
}

const depthMax = 100;
/** Beyond 32 bits, a long integer is text where that is asked for. */
const smallest = -(2n ** 31n);
const biggest = 2n ** 32n - 1n;

type Shown = Record<string, unknown>;

/** The message in these bytes, for `JSON.stringify`. Throws where they are no such message. */
export function decodeMessage(plan: MessagePlan, bytes: Uint8Array, form: JsonForm): Shown {
  return readFields(new protobuf.Reader(bytes), bytes.length, plan, form, 0);
}

function readFields(reader: protobuf.Reader, end: number, plan: MessagePlan, form: JsonForm, depth: number): Shown {
  if (depth > depthMax) throw new RangeError('nested too deeply');
  if (end > reader.len) throw new RangeError('a message ends beyond its bytes');
  // Without a prototype: names of fields come from the proto.
  const shown = Object.create(null) as Shown;
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = plan.byId.get(tag >>> 3);
    if (field === undefined) reader.skipType(tag & 7);
    else readField(reader, field, tag & 7, shown, form, depth);
  }
  if (reader.pos !== end) throw new RangeError('a field ends beyond its message');
  if (form.defaults !== 'none') addDefaults(shown, plan, form);
  return shown;
}

function readField(
  reader: protobuf.Reader,
  field: FieldPlan,
  wireType: number,
  shown: Shown,
  form: JsonForm,
  depth: number,
): void {
  if (field.form === 'map') {
    const [key, value] = readEntry(reader, field, form, depth);
    ((shown[field.name] ??= Object.create(null)) as Shown)[key] = value;
  } else if (field.form === 'list') {
    const list = (shown[field.name] ??= []) as unknown[];
    const isPacked = wireType === 2 && wireTypeOf(field.value) !== 2;
    if (!isPacked) return void list.push(readValue(reader, field.value, wireType, form, depth));
    const end = reader.uint32() + reader.pos;
    while (reader.pos < end) list.push(readValue(reader, field.value, wireTypeOf(field.value), form, depth));
  } else {
    shown[field.name] = readValue(reader, field.value, wireType, form, depth);
  }
}

function readEntry(reader: protobuf.Reader, field: FieldPlan, form: JsonForm, depth: number): [string, unknown] {
  const end = reader.uint32() + reader.pos;
  let key: unknown;
  let value: unknown;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) key = readScalar(reader, field.key);
    else if (tag >>> 3 === 2) value = readValue(reader, field.value, tag & 7, form, depth);
    else reader.skipType(tag & 7);
  }
  const usual = field.value.is === 'message' ? Object.create(null) : defaultShown(field, form);
  return [String(key ?? protobuf.types.defaults[field.key]), value ?? usual];
}

function wireTypeOf(type: ValueType): number {
  if (type.is === 'message') return 2;
  return type.is === 'enum' ? 0 : protobuf.types.basic[type.type];
}

function readValue(reader: protobuf.Reader, type: ValueType, wireType: number, form: JsonForm, depth: number): unknown {
  if (wireType !== wireTypeOf(type)) throw new TypeError('a field is of another type');
  if (type.is === 'enum') return enumShown(type, reader.int32(), form);
  if (type.is === 'scalar') return scalarShown(type.type, readScalar(reader, type.type), form);
  const end = reader.uint32() + reader.pos;
  return readFields(reader, end, type.message, form, depth + 1);
}

function readScalar(reader: protobuf.Reader, type: ScalarType): unknown {
  if (type === 'bytes') return Buffer.from(reader.bytes()).toString();
  const value: unknown = reader[type]();
  return isLong(type) ? BigInt(String(value)) : value;
}

function isLong(type: ScalarType): boolean {
  return type.endsWith('64');
}

function scalarShown(type: ScalarType, value: unknown, { longs }: JsonForm): unknown {
  if (typeof value !== 'bigint') return value;
  // All digits, where a number of JavaScript would round.
  if (longs === 'number' || (value >= smallest && value <= biggest && !(value < 0n && type.startsWith('u'))))
    return asWritten(value.toString());
  if (longs === 'string') return `#${value}`;
  return value < 0n ? `#-0x${(-value).toString(16).toUpperCase()}` : `#0x${value.toString(16).toUpperCase()}`;
}

/** Text that `JSON.stringify` takes as it is (ECMAScript 2026, section JSON.rawJSON); the types do not know it yet. */
const { rawJSON: asWritten } = JSON as unknown as { rawJSON(text: string): object };

function enumShown({ names }: { names: ReadonlyMap<number, string> }, number: number, { enums }: JsonForm): unknown {
  return enums === 'name' ? (names.get(number) ?? number) : number;
}

function addDefaults(shown: Shown, plan: MessagePlan, form: JsonForm): void {
  for (const field of plan.fields) {
    if (field.name in shown || field.isChoice) continue;
    if (form.defaults === 'auto' && (!field.isImplicit || field.hasPresence)) continue;
    if (field.form === 'list') shown[field.name] = [];
    else if (field.form === 'map') shown[field.name] = {};
    else if (field.value.is !== 'message') shown[field.name] = defaultShown(field, form);
  }
}

function defaultShown({ value, fallback }: FieldPlan, form: JsonForm): unknown {
  if (value.is === 'enum') return enumShown(value, Number(fallback), form);
  return value.is === 'scalar' ? scalarShown(value.type, fallback, form) : undefined;
}
