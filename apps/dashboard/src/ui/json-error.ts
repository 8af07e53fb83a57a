const space = /[ \t\n\r]*/y;
const string = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const word = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Where a text stops being JSON: the offset of the first token that cannot stand there. */
export function offsetOfJsonError(text: string): number {
  let at = 0;

  function take(token: RegExp | string): boolean {
    space.lastIndex = at;
    at += space.exec(text)?.[0].length ?? 0;
    if (typeof token === 'string') {
      const isThere = text.startsWith(token, at);
      if (isThere) at += token.length;
      return isThere;
    }
    token.lastIndex = at;
    const found = token.exec(text);
    at += found?.[0].length ?? 0;
    return found !== null;
  }

  function list(item: () => boolean, end: string): boolean {
    if (take(end)) return true;
    do {
      if (!item()) return false;
    } while (take(','));
    return take(end);
  }

  const member = () => take(string) && take(':') && value();

  function value(): boolean {
    if (take('{')) return list(member, '}');
    if (take('[')) return list(value, ']');
    return take(string) || take(word);
  }

  if (value()) take('');
  return at;
}
