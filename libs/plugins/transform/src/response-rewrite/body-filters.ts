import { compilePattern } from '@sluice/expr';
import type { BodyTransform } from '@sluice/plugin-kit';
import { unpackBody } from '../shared/unpack-body.ts';

/** A replacement as it is configured. */
export interface FilterConfig {
  readonly regex: string;
  readonly scope: 'once' | 'global';
  readonly replace: string;
  readonly options: string;
}

/** Changes a whole text. */
export type TextFilter = (text: string) => string;

/** Compiles replacements, which are made one after the other. */
export function textFilter(filters: readonly FilterConfig[]): TextFilter {
  const steps = filters.map(({ regex, scope, replace, options }) => {
    const flags = [...new Set(options)].filter((flag) => 'ims'.includes(flag)).join('');
    const expression = compilePattern(regex, scope === 'global' ? `${flags}g` : flags);
    const pieces = replace.split(/(\$\$|\$\{\d+\}|\$\d)/);
    return (text: string) =>
      text.replace(expression, (...found) => pieces.map((piece) => filled(piece, found)).join(''));
  });
  return (text) => steps.reduce((changed, step) => step(changed), text);
}

/** Spelled as in the compatible surface: what is special in JavaScript besides (`$&`) is plain text. */
function filled(piece: string, found: readonly unknown[]): string {
  if (piece === '$$') return '$';
  const group = /^\$\{?(\d+)\}?$/.exec(piece)?.[1];
  if (group === undefined) return piece;
  const captured = found[Number(group)];
  return typeof captured === 'string' ? captured : '';
}

/** What is done where a body cannot be changed as it should. */
export interface FilterTrouble {
  onCutOff(): void;
  onUnreadable(error: unknown): void;
}

/** Waits for the body, at most `bytesMax` of it, unpacks it and changes its text. */
export function filteredBody(
  filter: TextFilter,
  coding: string | undefined,
  bytesMax: number,
  trouble: FilterTrouble,
): BodyTransform {
  const kept: Uint8Array[] = [];
  let room = bytesMax;
  return {
    chunk(data) {
      // A copy: the sender may use its buffer again.
      if (room > 0) kept.push(Uint8Array.prototype.slice.call(data, 0, room));
      if (data.length > room && room >= 0) {
        trouble.onCutOff();
        room = -1;
      } else if (room >= 0) room -= data.length;
      return undefined;
    },
    async end() {
      const body = Buffer.concat(kept);
      try {
        const plain = await unpackBody(body, coding, bytesMax);
        return Buffer.from(filter(Buffer.from(plain).toString()));
      } catch (error) {
        trouble.onUnreadable(error);
        return body;
      }
    },
  };
}

/** One body in place of another. */
export function replacedBody(body: Buffer): BodyTransform {
  return { chunk: () => undefined, end: () => body };
}
