import { getPointer, isJsonObject, setPointer } from '@sluice/schema';
import { referencesIn, withSecrets } from '@sluice/secrets';

/** A dollar is rare in configuration. */
const dollar = '$'.charCodeAt(0);
/** Slashes may be escaped where others have written the JSON. */
const mention = /\$(?:secret|env):\\?\/\\?\//i;

/** Where references count: what plugins are told, keys and certificates. What decides about matching is never secret. */
const partsWithSecrets = ['/plugins', '/cert', '/key', '/certs', '/keys', '/client', '/tls', '/upstream/tls'];

/** The references in a resource's canonical JSON, with what the JSON says; undefined where there are none. */
export function referencesOf(body: Uint8Array): { references: Set<string>; value: object } | undefined {
  if (!body.includes(dollar)) return undefined;
  const text = textOf(body);
  const value = mention.test(text) ? parsed(text) : undefined;
  if (!isJsonObject(value)) return undefined;
  const references = new Set<string>();
  for (const part of partsWithSecrets) referencesIn(getPointer(value, part), references);
  return references.size === 0 ? undefined : { references, value };
}

/** The JSON of a resource with every reference replaced. What `read` throws passes through. */
export function bodyWithSecrets(value: object, read: (reference: string) => string): Uint8Array {
  let whole: unknown = value;
  for (const part of partsWithSecrets) {
    const before = getPointer(whole, part);
    if (before !== undefined) whole = setPointer(whole, part, withSecrets(before, read));
  }
  return Buffer.from(JSON.stringify(whole));
}

/** What the JSON of a resource says; undefined where it is none. */
export function valueOf(body: Uint8Array): unknown {
  return parsed(textOf(body));
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever checks the resource says that it is no JSON.
    return undefined;
  }
}
