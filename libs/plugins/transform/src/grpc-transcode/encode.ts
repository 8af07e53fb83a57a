import protobuf from 'protobufjs';
import type { FieldPlan, MessagePlan, ScalarType, ValueType } from './message-plan.ts';

/** What was given does not fit the message. */
export class UnfitValue extends Error {
  override readonly name = 'UnfitValue';
}

/** As deep as other implementations of protobuf go. */
const depthMax = 100;

const wireTypes = protobuf.types.basic as Readonly<Record<ScalarType, number>>;
const packable = protobuf.types.packed as Readonly<Record<string, number | undefined>>;

type Values = Readonly<Record<string, unknown>>;

/** The bytes of a message with these values. Fields that it does not have are left out. Throws `UnfitValue`. */
export function encodeMessage(plan: MessagePlan, values: Values): Uint8Array {
  const writer = new protobuf.Writer();
  writeFields(writer, plan, values, 0);
  return writer.finish();
}

function writeFields(writer: protobuf.Writer, plan: MessagePlan, values: Values, depth: number): void {
  if (depth > depthMax) throw new UnfitValue('the values are nested too deeply');
  for (const field of plan.fields) {
    const value = Object.hasOwn(values, field.name) ? values[field.name] : undefined;
    if (value === undefined || value === null) continue;
    if (field.form === 'list') writeList(writer, field, value, depth);
    else if (field.form === 'map') writeMap(writer, field, value, depth);
    else writeField(writer, field, value, depth);
  }
}

function writeField(writer: protobuf.Writer, { id, name, value: type }: FieldPlan, value: unknown, depth: number) {
  writer.uint32(tagOf(id, type));
  writeValue(writer, type, value, name, depth);
}

function writeList(writer: protobuf.Writer, field: FieldPlan, value: unknown, depth: number): void {
  // A query has no lists of one.
  const items = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  const isPacked = field.isPacked && isPackable(field.value);
  if (!isPacked || items.length === 0) return items.forEach((item) => writeField(writer, field, item, depth));
  writer.uint32(field.id * 8 + 2).fork();
  for (const item of items) writeValue(writer, field.value, item, field.name, depth);
  writer.ldelim();
}

function writeMap(writer: protobuf.Writer, field: FieldPlan, value: unknown, depth: number): void {
  for (const [key, item] of Object.entries(objectOf(value, field.name))) {
    if (item === null) continue;
    writer.uint32(field.id * 8 + 2).fork();
    writer.uint32(8 + wireTypes[field.key]);
    writeScalar(writer, field.key, key, field.name);
    writer.uint32(tagOf(2, field.value));
    writeValue(writer, field.value, item, field.name, depth);
    writer.ldelim();
  }
}

function writeValue(writer: protobuf.Writer, type: ValueType, value: unknown, name: string, depth: number): void {
  if (type.is === 'scalar') return writeScalar(writer, type.type, value, name);
  if (type.is === 'enum') return void writer.int32(enumNumber(type.numbers, value, name));
  writer.fork();
  writeFields(writer, type.message, objectOf(value, name), depth + 1);
  writer.ldelim();
}

function tagOf(id: number, type: ValueType): number {
  if (type.is === 'message') return id * 8 + 2;
  return id * 8 + (type.is === 'enum' ? 0 : wireTypes[type.type]);
}

function isPackable(type: ValueType): boolean {
  return type.is === 'enum' || (type.is === 'scalar' && packable[type.type] !== undefined);
}

function writeScalar(writer: protobuf.Writer, type: ScalarType, value: unknown, name: string): void {
  if (type === 'string') writer.string(textOf(value, name));
  else if (type === 'bytes') writer.bytes(Buffer.from(textOf(value, name)));
  else if (type === 'bool') writer.bool(truthOf(value, name));
  else if (type === 'double' || type === 'float') writer[type](numberOf(value, name));
  else writeWhole(writer, type, value, name);
}

type WholeType = Exclude<ScalarType, 'string' | 'bytes' | 'bool' | 'double' | 'float'>;

function writeWhole(writer: protobuf.Writer, type: WholeType, value: unknown, name: string): void {
  const isSigned = !(type.startsWith('u') || type.startsWith('fixed'));
  const bits = type.endsWith('64') ? 64 : 32;
  const number = wholeNumber(value, name, bits, isSigned);
  // Longer ones are passed as text, of which the writer reads every digit.
  writer[type as 'int64'](bits === 64 ? number.toString() : Number(number));
}

function objectOf(value: unknown, name: string): Values {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Values;
  throw new UnfitValue(`${name} must be an object`);
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new UnfitValue(`${name} must be a string`);
}

/** Also the words that a query has for it. */
function truthOf(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === '1' || value === 1) return true;
  if (value === 'false' || value === '0' || value === 0) return false;
  throw new UnfitValue(`${name} must be true or false`);
}

function numberOf(value: unknown, name: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
  throw new UnfitValue(`${name} must be a number`);
}

/** A number, its digits as text, or those after a `#`, by which clients carry what does not fit into a number of JSON. */
function wholeNumber(value: unknown, name: string, bits: number, isSigned: boolean): bigint {
  const number = typeof value === 'number' ? (Number.isInteger(value) ? BigInt(value) : null) : digitsOf(value);
  if (number === null) throw new UnfitValue(`${name} must be a whole number`);
  const held = isSigned ? BigInt.asIntN(bits, number) : BigInt.asUintN(bits, number);
  if (held !== number) throw new UnfitValue(`${name} does not fit into ${bits} bits`);
  return number;
}

function digitsOf(value: unknown): bigint | null {
  const match = typeof value === 'string' ? /^#?(-?)(\d{1,20}|0x[0-9a-fA-F]{1,16})$/.exec(value) : null;
  if (match === null) return null;
  const size = BigInt(match[2] as string);
  return match[1] === '-' ? -size : size;
}

function enumNumber(numbers: ReadonlyMap<string, number>, value: unknown, name: string): number {
  const named = typeof value === 'string' ? numbers.get(value) : undefined;
  if (named !== undefined) return named;
  if (typeof value === 'string' && !/^-?\d+$/.test(value)) throw new UnfitValue(`${name} has no value "${value}"`);
  return Number(wholeNumber(typeof value === 'string' ? Number(value) : value, name, 32, true));
}
