import { type BodyTransform, type RequestContext } from '@sluice/plugin-kit';

/** When a body is compressed. */
export interface CompressionRule {
  /** Media types, or all of them. */
  readonly types: readonly string[] | '*';
  /** Bytes from which on it is worth it. */
  readonly min_length: number;
  /** The lowest version of HTTP that a client must speak. */
  readonly http_version: 1 | 1.1;
  /** Whether caches are told that the answer depends on what a client accepts. */
  readonly vary?: boolean | undefined;
}

/** One way to compress. */
export interface Coding {
  /** Content coding, as in `Accept-Encoding`. */
  readonly name: string;
  /** Whether a lone `*` of the client means this coding as well. */
  readonly isMeantByStar: boolean;
  create(): BodyTransform;
}

const BODILESS = new Set([204, 304]);

/** The hooks that compress by a rule: what leaves the gateway, whatever other plugins have made of it. */
export function compressing(rule: CompressionRule, coding: Coding) {
  const isType = typeTest(rule.types);

  function isWanted({ request, response: { status, headers } }: RequestContext): boolean {
    if (request.method === 'HEAD' || BODILESS.has(status) || headers.has('content-encoding')) return false;
    if (!isType(headers.get('content-type'))) return false;
    const length = headers.get('content-length');
    if (length !== undefined && Number(length) < rule.min_length) return false;
    return Number.parseFloat(request.httpVersion) >= rule.http_version;
  }

  return {
    responseBody(ctx: RequestContext): BodyTransform | undefined {
      if (!isWanted(ctx)) return undefined;
      const { headers } = ctx.response;
      // Also where this client gets it as it is: a cache would give it to others.
      if (rule.vary) headers.append('Vary', 'Accept-Encoding');
      if (!accepts(ctx.request.headers.getAll('accept-encoding').join(','), coding)) return undefined;
      headers.set('Content-Encoding', coding.name);
      headers.remove('content-length');
      weakenTag(ctx);
      return { ...coding.create(), isAtClient: true };
    },
  };
}

function typeTest(types: readonly string[] | '*'): (contentType: string | undefined) => boolean {
  if (types === '*') return () => true;
  const known = new Set(types.map((type) => type.toLowerCase()));
  return (contentType) => {
    const [type = ''] = (contentType ?? '').split(';');
    return known.has(type.trim().toLowerCase());
  };
}

/** RFC 9110, section 12.5.3: a coding with the weight 0 is refused; `*` stands for those that are not named. */
function accepts(field: string, { name, isMeantByStar }: Coding): boolean {
  let star = false;
  for (const item of field.split(',')) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const isAccepted = weight === undefined || Number(weight.slice(2)) > 0;
    if (coding === name) return isAccepted;
    if (coding === '*') star = isAccepted;
  }
  return star && isMeantByStar;
}

/** The bytes are no longer those that a strong tag promises. */
function weakenTag({ response: { headers } }: RequestContext): void {
  const tag = headers.get('etag');
  if (tag !== undefined && !tag.startsWith('W/')) headers.set('ETag', `W/${tag}`);
}
