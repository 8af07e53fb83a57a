import type { JsonValue } from '@sluice/schema';
import { readPlainScalar, splitEntry } from './plain-scalars.ts';

interface Line {
  readonly indent: number;
  readonly text: string;
}

/** Thrown where the text says something that only a complete reader of YAML understands. */
class NotPlain extends Error {}

/**
 * Reads YAML as `writeYaml` writes it, and as most people write configuration: mappings and lists in blocks, scalars in one
 * line or as a literal block, comments on lines of their own. Ten times as fast as a complete reader and with a fraction of
 * its memory, which is what makes files of a hundred thousand resources possible. Undefined where the text has anything
 * else, such as an anchor, a tag or a mistake: a complete reader has to look at it then.
 */
export function readPlainYaml(text: string): JsonValue | undefined {
  try {
    return new PlainReader(text).read();
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

class PlainReader {
  readonly #lines: readonly string[];
  #at = 0;
  #next: Line | undefined;

  constructor(text: string) {
    if (text.includes('\t') || text.includes('\r')) throw new NotPlain();
    this.#lines = text.split('\n');
    this.#advance();
  }

  read(): JsonValue {
    if (!this.#next || this.#next.indent !== 0) throw new NotPlain();
    const value = this.#block(0);
    if (this.#next) throw new NotPlain();
    return value;
  }

  /** Moves to the next line that says something. */
  #advance(): void {
    for (; this.#at < this.#lines.length; this.#at += 1) {
      const line = this.#lines[this.#at] ?? '';
      const text = line.trim();
      if (text === '' || text.startsWith('#')) continue;
      this.#at += 1;
      this.#next = { indent: line.length - line.trimStart().length, text };
      return;
    }
    this.#next = undefined;
  }

  #block(indent: number): JsonValue {
    const text = this.#next?.text ?? '';
    if (text.startsWith('---') || text.startsWith('%')) throw new NotPlain();
    return isItem(text) ? this.#list(indent) : this.#mapping(indent, {});
  }

  #list(indent: number): JsonValue {
    const items: JsonValue[] = [];
    while (this.#next?.indent === indent && isItem(this.#next.text)) items.push(this.#item(indent, this.#next.text));
    if (this.#next && this.#next.indent > indent) throw new NotPlain();
    return items;
  }

  #item(indent: number, line: string): JsonValue {
    const rest = line.slice(1).trimStart();
    if (rest === '') {
      this.#advance();
      return this.#nested(indent);
    }
    const inner = indent + line.length - rest.length;
    if (isItem(rest)) throw new NotPlain();
    if (splitEntry(rest)) {
      // The first entry of a mapping stands beside the dash, as if on a line of its own.
      this.#next = { indent: inner, text: rest };
      return this.#mapping(inner, {});
    }
    return this.#scalar(rest, indent);
  }

  #mapping(indent: number, value: Record<string, JsonValue>): JsonValue {
    const seen = new Set<string>();
    while (this.#next?.indent === indent && !isItem(this.#next.text)) {
      const entry = splitEntry(this.#next.text);
      if (!entry || seen.has(entry.key) || entry.key === '__proto__') throw new NotPlain();
      seen.add(entry.key);
      if (entry.rest === '') {
        this.#advance();
        value[entry.key] = this.#member(indent);
      } else value[entry.key] = this.#scalar(entry.rest, indent);
    }
    if (this.#next && this.#next.indent > indent) throw new NotPlain();
    return value;
  }

  /** A list may stand as far to the left as its key. */
  #member(indent: number): JsonValue {
    if (this.#next?.indent === indent && isItem(this.#next.text)) return this.#list(indent);
    return this.#nested(indent);
  }

  #nested(indent: number): JsonValue {
    return this.#next && this.#next.indent > indent ? this.#block(this.#next.indent) : null;
  }

  #scalar(text: string, indent: number): JsonValue {
    if (text === '|' || text === '|-') return this.#literal(indent, text === '|');
    const value = readPlainScalar(text);
    if (value === undefined) throw new NotPlain();
    this.#advance();
    // What goes on in the next line is no scalar of one line.
    if (this.#next && this.#next.indent > indent) throw new NotPlain();
    return value;
  }

  #literal(indent: number, keepsEnd: boolean): string {
    const lines: string[] = [];
    let width = 0;
    for (; this.#at < this.#lines.length; this.#at += 1) {
      const line = this.#lines[this.#at] ?? '';
      const own = line.length - line.trimStart().length;
      if (line.trim() === '') lines.push(line.slice(width));
      else {
        if (own <= indent) break;
        width ||= own;
        if (own < width) throw new NotPlain();
        lines.push(line.slice(width));
      }
    }
    while (lines.at(-1) === '') lines.pop();
    if (lines.length === 0 || lines[0] === '' || lines.some((line) => line.trim() === '' && line !== ''))
      throw new NotPlain();
    this.#advance();
    return lines.join('\n') + (keepsEnd ? '\n' : '');
  }
}

function isItem(text: string): boolean {
  return text === '-' || text.startsWith('- ');
}
