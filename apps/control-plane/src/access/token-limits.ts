import { childKindsOf, kindByPlural, type KindName } from '@sluice/schema';
import type { FastifyRequest } from 'fastify';
import type { TokenApi, TokenLimits } from './principal.ts';

const READING = new Set(['GET', 'HEAD']);

/** What the limits of a token are held against. */
export interface LimitedCall {
  readonly api: TokenApi;
  readonly method: string;
  /** The kind of resource that the path names. */
  readonly kind: KindName | undefined;
  /** The answer tells of no resource, whatever its kind. */
  readonly anyKind: boolean;
}

/** Whether a method only reads. */
export function isReading(method: string): boolean {
  return READING.has(method);
}

/** Why the limits of a token keep it from a call; undefined where they do not. */
export function refusedByLimits(limits: TokenLimits | null, call: LimitedCall): string | undefined {
  if (limits === null) return undefined;
  if (!limits.apis.includes(call.api)) return `the token is not for ${call.api}`;
  if (limits.readOnly && !isReading(call.method)) return 'the token only reads';
  if (limits.kinds === null || (call.anyKind && isReading(call.method))) return undefined;
  if (call.kind === undefined) return 'the token is for some kinds only';
  return limits.kinds.includes(call.kind) ? undefined : `the token is not for the kind ${call.kind}`;
}

/** The kind of resource that the path of a request names, in either interface; of a kind inside a kind, the inner one. */
export function kindOfPath(request: FastifyRequest): KindName | undefined {
  const params = request.params as Readonly<Record<string, string | undefined>>;
  const outer = kindByPlural(params['plural'] ?? params['resource'] ?? '');
  const below = params['*']?.split('/').find((part) => part !== '');
  const inner =
    below === undefined || !outer ? undefined : childKindsOf(outer.name).find(({ plural }) => plural === below);
  return (inner ?? outer)?.name;
}
