/** One step into a value. */
type Step =
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'any' }
  | { readonly type: 'descend' };

interface Path {
  readonly steps: readonly Step[];
  /** Whether it can lead to several values: then there is a list of them. */
  readonly isPlural: boolean;
}

/** Names come from the configuration; the bound is for a plugin that makes them up. */
const pathsMax = 10_000;
const paths = new Map<string, Path | null>();
/** What a path with `..` or `*` may find. */
const foundMax = 10_000;

/**
 * What stands at a path of a JSON value: `a.b`, `a[0].b`, `$.a['b']`, and with `*` and `..` a list of all that it leads to.
 * Undefined where there is nothing, or where the path is none.
 */
export function valueAt(root: unknown, path: string): unknown {
  const parsed = parsedPath(path);
  if (parsed === null) return undefined;
  let found: unknown[] = [root];
  for (const step of parsed.steps) {
    const next: unknown[] = [];
    for (const value of found) if (next.length < foundMax) take(value, step, next);
    found = next;
  }
  if (!parsed.isPlural) return found[0];
  return found.length === 0 ? undefined : found;
}

function take(value: unknown, step: Step, next: unknown[]): void {
  if (step.type === 'descend') return descend(value, next);
  if (typeof value !== 'object' || value === null) return;
  if (step.type === 'any') next.push(...(Object.values(value) as unknown[]).slice(0, foundMax));
  else if (step.type === 'index') pushDefined(next, Array.isArray(value) ? value.at(step.index) : undefined);
  else pushDefined(next, Object.hasOwn(value, step.key) ? (value as Record<string, unknown>)[step.key] : undefined);
}

/** A value and everything in it, without recursion: its depth is the client's choice. */
function descend(value: unknown, next: unknown[]): void {
  const open = [value];
  while (open.length > 0 && next.length < foundMax) {
    const one = open.pop();
    next.push(one);
    if (typeof one === 'object' && one !== null)
      open.push(...(Object.values(one) as unknown[]).slice(0, foundMax).reverse());
  }
}

function pushDefined(list: unknown[], value: unknown): void {
  if (value !== undefined) list.push(value);
}

function parsedPath(path: string): Path | null {
  let parsed = paths.get(path);
  if (parsed === undefined) {
    parsed = parsePath(path);
    if (paths.size < pathsMax) paths.set(path, parsed);
  }
  return parsed;
}

function parsePath(path: string): Path | null {
  const token = /(\.\.)|\.?\*|\[\s*\*\s*\]|\[\s*(-?\d+)\s*\]|\[\s*(?:'([^']*)'|"([^"]*)")\s*\]|\.?([^.[\]*]+)/y;
  const steps: Step[] = [];
  token.lastIndex = path.startsWith('$') ? 1 : 0;
  while (token.lastIndex < path.length) {
    const match = token.exec(path);
    if (match === null) return null;
    steps.push(stepOf(match));
  }
  return { steps, isPlural: steps.some(({ type }) => type === 'any' || type === 'descend') };
}

function stepOf([, descends, index, single, double, plain]: RegExpExecArray): Step {
  if (descends !== undefined) return { type: 'descend' };
  if (index !== undefined) return { type: 'index', index: Number(index) };
  const key = single ?? double ?? plain;
  return key === undefined ? { type: 'any' } : { type: 'key', key };
}
