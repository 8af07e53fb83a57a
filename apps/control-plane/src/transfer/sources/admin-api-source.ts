import { isJsonObject, type JsonValue, type KindName, kinds, parseJson, type ResourceKind } from '@sluice/schema';
import { Refusal } from '../../http/refusal.ts';
import { type ForeignContent, ForeignResources } from './foreign-resources.ts';

const ANSWER_WITHIN_MS = 30_000;
const ANSWER_BYTES_MAX = 128 * 1024 * 1024;
/** What lives in another resource is listed there. */
const childrenOf: Readonly<Partial<Record<KindName, readonly KindName[]>>> = { consumer: ['credential'] };

interface Item {
  readonly id: string;
  readonly value: JsonValue;
}

/**
 * Reads everything that an Admin API tells. Only its own address is asked: redirects are not followed, so that the answer of
 * one server cannot lead this one to another.
 */
export async function readAdminApi(url: string, key: string | undefined): Promise<ForeignContent> {
  const base = baseOf(url);
  const found = new ForeignResources();
  for (const kind of kinds.values()) {
    if (kind.parent) continue;
    for (const { id, value } of await list(base, kind.plural, key)) {
      found.add(kind.name, id, value, `/${kind.plural}/${id}`);
      for (const child of childrenOf[kind.name] ?? []) await addChildren(found, base, key, { kind, id, child });
    }
  }
  return found.finish();
}

interface Nest {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly child: KindName;
}

async function addChildren(found: ForeignResources, base: URL, key: string | undefined, { kind, id, child }: Nest) {
  const path = `${kind.plural}/${encodeURIComponent(id)}/${kinds.get(child)?.plural ?? child}`;
  for (const one of await list(base, path, key)) found.add(child, `${id}/${one.id}`, one.value, `/${path}/${one.id}`);
}

function baseOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password || url.search) {
    throw new Refusal('INVALID', 'The address must be http or https, without a user and without a query.', {
      field: '/source/url',
    });
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/`;
  return url;
}

async function list(base: URL, path: string, key: string | undefined): Promise<Item[]> {
  const answer = await ask(new URL(path, base), key);
  // A version that does not know the kind, or has it switched off, has none of it.
  if (answer.status === 404 || answer.status === 400) return [];
  if (answer.status !== 200) throw unreachable(base, `it answers ${answer.status} for ${path}`);
  const { list: entries, node } = isJsonObject(answer.body) ? answer.body : {};
  const nodes = isJsonObject(node) ? node['nodes'] : undefined;
  const items = Array.isArray(entries) ? entries : Array.isArray(nodes) ? nodes : [];
  return items.flatMap((item: JsonValue) => {
    const { key: place, value } = isJsonObject(item) ? item : {};
    const last = path.split('/').at(-1) ?? '';
    const at = typeof place === 'string' ? place.lastIndexOf(`/${last}/`) : -1;
    return at < 0 ? [] : [{ id: String(place).slice(at + last.length + 2), value: value as JsonValue }];
  });
}

async function ask(url: URL, key: string | undefined): Promise<{ status: number; body: JsonValue }> {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      headers: { accept: 'application/json', ...(key !== undefined && { 'x-api-key': key }) },
    });
    const text = await bounded(response);
    return { status: response.status, body: response.ok ? parseJson(text) : null };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw unreachable(url, reasonOf(error));
  }
}

/** The body as a text; one that never ends is cut off. */
async function bounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > ANSWER_BYTES_MAX) throw new RangeError(`the answer is larger than ${ANSWER_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** What kept a call from its answer: the code of the system says more than the words around it. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: unknown; message?: unknown }; message?: string };
  return String(cause?.code ?? cause?.message ?? message ?? error);
}

function unreachable(url: URL, reason: string): Refusal {
  return new Refusal('INVALID', `The Admin API at ${url.host} cannot be read: ${reason}.`, { field: '/source/url' });
}
