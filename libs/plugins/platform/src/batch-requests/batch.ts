import { check, isJsonObject, type Static, Type, withDefaults } from '@sluice/schema';

const Fields = Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object' });

const Item = Type.Object(
  {
    version: Type.Unsafe<number>({ type: 'number', enum: [1, 1.1], default: 1.1 }),
    method: Type.Unsafe<string>({
      type: 'string',
      enum: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE', 'PURGE'],
      default: 'GET',
    }),
    path: Type.String({ minLength: 1 }),
    query: Type.Optional(Fields),
    headers: Type.Optional(Fields),
    body: Type.Optional(Type.String()),
    ssl_verify: Type.Boolean({ default: false }),
  },
  { additionalProperties: false },
);

const Batch = Type.Object(
  {
    query: Type.Optional(Fields),
    headers: Type.Optional(Fields),
    timeout: Type.Integer({ default: 30_000, minimum: 1 }),
    pipeline: Type.Optional(Type.Array(Item, { minItems: 1 })),
  },
  // Required in this way, clients get the words that they know for a missing pipeline.
  { anyOf: [{ required: ['pipeline'] }] },
);

/** Requests that are to be sent one after the other, with what they have in common. */
export type Batch = Static<typeof Batch>;

/** One request of a batch. */
export type BatchItem = Static<typeof Item>;

/** A batch, or why the body is none. */
export type BatchReading = { readonly batch: Batch } | { readonly problem: string };

/** Characters of a body that a message quotes. */
const quotedMax = 1000;

/** Reads the body of a batch. */
export function readBatch(text: string, itemsMax: number): BatchReading {
  const value = parsed(text);
  if (value === undefined) {
    return { problem: `invalid request body: ${text.slice(0, quotedMax)}, err: ${jsonProblem(text)}` };
  }
  // Before each of them is looked at, which is what too many would make expensive.
  const count = isJsonObject(value) && Array.isArray(value['pipeline']) ? value['pipeline'].length : 0;
  if (count > itemsMax) return { problem: `too many pipeline requests, ${count} exceeds the maximum of ${itemsMax}` };
  const issue = check(Batch, value);
  return issue ? { problem: `bad request body: ${issue.message}` } : { batch: withDefaults(Batch, value) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The words that clients know for a text that does not even begin like JSON. */
function jsonProblem(text: string): string {
  const start = text.search(/[^ \t\r\n]/);
  if (start < 0) return `Expected value but found T_END at character ${text.length + 1}`;
  if (/^(?:[[{"\d-]|true|false|null)/.test(text.slice(start))) return 'it is not valid JSON';
  return `Expected value but found invalid token at character ${start + 1}`;
}
