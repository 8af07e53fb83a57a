/** The path of a request, as it came and as routes compare it. */
export interface RequestTarget {
  /** Percent-encoded, without query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Decoded; slashes merged and dot segments resolved. */
  readonly matchPath: string;
  /** Host of an absolute-form target, which wins over the Host header. */
  readonly authority: string | undefined;
}

/** Takes the target of a request line apart; null where it is not one that a gateway can serve. */
export function parseTarget(url: string): RequestTarget | null {
  // A fragment never leaves a client; two readers would not agree on where the path ends.
  if (url.includes('#')) return null;
  if (url.charCodeAt(0) !== 47) return parseAbsolute(url);
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const matchPath = normalizedPath(path);
  if (matchPath === null) return null;
  return { path, query: mark < 0 ? '' : url.slice(mark + 1), matchPath, authority: undefined };
}

function parseAbsolute(url: string): RequestTarget | null {
  const match = /^https?:\/\/([^/?#@]+)([/?].*)?$/i.exec(url);
  if (!match) return null;
  const [, authority = '', rest = '/'] = match;
  const target = parseTarget(rest.startsWith('/') ? rest : `/${rest}`);
  return target && { ...target, authority };
}

/** The path that routes are compared with; null where it leaves the root, or hides a NUL or a broken escape. */
export function normalizedPath(path: string): string | null {
  const decoded = decodedPath(path);
  if (decoded === null) return null;
  return decoded.includes('//') || decoded.includes('/.') ? withoutDots(decoded) : decoded;
}

/** Percent-decoding; bytes that are no UTF-8 stay single characters, so that nothing is lost. Null for a NUL or a broken escape. */
export function decodedPath(path: string): string | null {
  if (!path.includes('%')) return path;
  if (/%(?![0-9a-f]{2})/i.test(path) || path.includes('%00')) return null;
  try {
    return decodeURIComponent(path);
  } catch {
    // Valid escapes that are not UTF-8: nginx compares bytes, so each one is taken for itself.
    return path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}

function withoutDots(path: string): string | null {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [i, segment] of segments.entries()) {
    const isLast = i === segments.length - 1;
    if (segment === '..' && kept.pop() === undefined) return null;
    if (segment === '..' || segment === '.' || segment === '') {
      if (isLast) kept.push('');
    } else kept.push(segment);
  }
  return `/${kept.join('/')}`;
}
