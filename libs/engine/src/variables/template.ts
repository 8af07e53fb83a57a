/** Where a template gets its values: a request. */
export interface TextSource {
  variable(name: string): string | undefined;
}

/** A piece of a template: text as it is, or the name of a variable with what stands in for it. */
type Piece = string | { readonly name: string; readonly otherwise: string | undefined };

/**
 * Compiles `$name`, `${name}` and `${name ?? default}`; `\\$` is a dollar sign. What is missing is the empty text, unless
 * `shown` says how each value is to be written.
 */
export function compileTemplate(
  template: string,
  shown: (value: string | undefined) => string = plain,
): (source: TextSource) => string {
  const pieces = piecesOf(template);
  const [only] = pieces;
  if (pieces.length === 0) return () => '';
  if (pieces.length === 1 && typeof only === 'string') return () => only;
  return (source) => {
    let text = '';
    for (const piece of pieces)
      text += typeof piece === 'string' ? piece : shown(source.variable(piece.name) ?? piece.otherwise);
    return text;
  };
}

function plain(value: string | undefined): string {
  return value ?? '';
}

function piecesOf(template: string): Piece[] {
  const pieces: Piece[] = [];
  let text = '';
  let end = 0;
  const token = /\\\$|\$\{\s*([\w.$*[\]'"-]+?)\s*(?:\?\?\s*([^}]*?)\s*)?\}|\$(\w+(?:\.\w+)*)/g;
  for (const match of template.matchAll(token)) {
    text += template.slice(end, match.index);
    end = match.index + match[0].length;
    const name = match[1] ?? match[3];
    if (name === undefined) text += '$';
    else {
      if (text !== '') pieces.push(text);
      pieces.push({ name, otherwise: match[2] });
      text = '';
    }
  }
  text += template.slice(end);
  return text === '' ? pieces : [...pieces, text];
}
