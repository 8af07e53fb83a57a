import { decodedPath, type RequestTarget } from './request-target.ts';

/** How the path that routes are compared with departs from the usual. The upstream receives the path as it came. */
export interface PathRules {
  /** `/a/` is compared as `/a`. */
  readonly deletesTailSlash: boolean;
  /** Segments are compared without what follows their first `;`, as servlet containers do. */
  readonly isServletLike: boolean;
  /** `%2F` stays what it is, and is no slash. */
  readonly keepsEncodedSlash: boolean;
}

/** Applies the rules to a target; null where it is to be refused. */
export function ruledTarget(target: RequestTarget, rules: PathRules): RequestTarget | null {
  let matchPath = rules.keepsEncodedSlash ? withEncodedSlashes(target) : target.matchPath;
  if (rules.isServletLike) {
    const plain = withoutParameters(matchPath);
    if (plain === null) return null;
    matchPath = plain;
  }
  if (rules.deletesTailSlash && matchPath.length > 1 && matchPath.endsWith('/')) matchPath = matchPath.slice(0, -1);
  return { ...target, matchPath };
}

/** Where slashes were merged or dots resolved, nobody could say which of the slashes had been encoded. */
function withEncodedSlashes({ path, matchPath }: RequestTarget): string {
  if (!/%2f/i.test(path) || decodedPath(path) !== matchPath) return matchPath;
  return path
    .split(/%2f/i)
    .map((part) => decodedPath(part) ?? part)
    .join('%2F');
}

/**
 * A segment that only its parameters keep from being a dot segment, or empty, is refused: the server behind would resolve it,
 * and end at a path that no route was asked about.
 */
function withoutParameters(path: string): string | null {
  if (!path.includes(';')) return path;
  const segments = path.slice(1).split('/');
  for (const [i, segment] of segments.entries()) {
    const semicolon = segment.indexOf(';');
    if (semicolon >= 0 && !isPlain(segment.slice(0, semicolon), i === segments.length - 1)) return null;
    if (/^(?:%2e|\.){1,2}(?:;|$)/i.test(segment)) return null;
    if (semicolon >= 0) segments[i] = segment.slice(0, semicolon);
  }
  return `/${segments.join('/')}`;
}

function isPlain(name: string, isLast: boolean): boolean {
  return name !== '.' && name !== '..' && (name !== '' || isLast);
}
