import { isUtf8 } from 'node:buffer';
import { grouped } from '@sluice/plugin-kit';

/** Levels of a body; deeper ones serve nobody but attackers. */
const depthMax = 1000;

/** A body as a value, or why there is none. */
export interface ReadBody {
  readonly value?: unknown;
  /** A key of an object is there twice: readers differ in which of them counts. */
  readonly isAmbiguous?: boolean;
  readonly problem?: string;
}

/** Whether a content type is that of a form, whatever its parameters. */
export function isForm(contentType: string | undefined): boolean {
  return contentType !== undefined && /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType);
}

/** Reads JSON; of a key that is there twice, the last one counts. */
export function readJson(bytes: Uint8Array): ReadBody {
  if (!isUtf8(bytes)) return { problem: 'the body is not valid UTF-8' };
  const { keys, depth } = survey(bytes);
  if (depth > depthMax) return { problem: 'the body is nested too deeply' };
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
    return { value, isAmbiguous: keys !== keysIn(value) };
  } catch {
    return { problem: 'the body is not valid JSON' };
  }
}

/** Reads a form: all values are texts, one that is there several times is a list. */
export function readForm(bytes: Uint8Array): ReadBody {
  return { value: grouped(new URLSearchParams(Buffer.from(bytes).toString())) };
}

/** How many keys are written in JSON text, and how deep it is. */
function survey(bytes: Uint8Array): { readonly keys: number; readonly depth: number } {
  let [keys, depth, deepest] = [0, 0, 0];
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === 0x22) i = endOfString(bytes, i);
    else if (byte === 0x3a) keys += 1;
    else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, (depth += 1));
    else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return { keys, depth: deepest };
}

function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return at;
}

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const held: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return held.reduce<number>((sum, one) => sum + keysIn(one), Array.isArray(value) ? 0 : held.length);
}
