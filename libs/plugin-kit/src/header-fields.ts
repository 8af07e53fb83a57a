/** A header value, or several lines of the same name. */
export type HeaderValue = string | readonly string[];

/**
 * The header fields of a message. Names are compared without case and keep the spelling that they came with; order and
 * repeated lines are kept. Writes of names or values with CR, LF or NUL throw: they would split the message.
 */
export interface HeaderFields {
  /** The first line of this name. Give the name in lower case. */
  get(name: string): string | undefined;
  /** All lines of this name, in order. */
  getAll(name: string): string[];
  has(name: string): boolean;
  /** Replaces all lines of this name. */
  set(name: string, value: HeaderValue): void;
  /** Adds a line, whatever is there. */
  append(name: string, value: string): void;
  remove(name: string): void;
  /** Name and value of each line, in order. */
  entries(): IterableIterator<[name: string, value: string]>;
}

/** Names (in lower case) of what belongs to a connection, or to how a message is framed: it says nothing to another server. */
export const connectionFields: readonly string[] = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'expect',
  'te',
  'trailer',
];
