import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ConsumerMatch, Kit, RequestContext } from '@sluice/plugin-kit';
import type { PluginConfigOf, PluginConsumerOf } from '@sluice/schema';
import { usableSecret } from '../shared/secret-text.ts';
import type { hmacAuthSchema } from './schema.ts';
import { readSignature, type SignatureParameters } from './signature-parameters.ts';
import { signingString } from './signing-string.ts';

type HmacConsumer = PluginConsumerOf<typeof hmacAuthSchema>;
type Config = PluginConfigOf<typeof hmacAuthSchema>;

/** Whose signature a request has; a text says why it is nobody's. */
export type Signer = ConsumerMatch<HmacConsumer> | string;

const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Compiles what a signature must be like. The result is given the value of the `Authorization` header. */
export function signerOf(
  config: Pick<Config, 'allowed_algorithms' | 'clock_skew' | 'signed_headers'>,
  { clock, consumers }: Pick<Kit<HmacConsumer>, 'clock' | 'consumers'>,
): (ctx: RequestContext, header: string) => Signer {
  const algorithms = new Set<string>(config.allowed_algorithms);
  const demanded = config.signed_headers.map((name) => name.toLowerCase());
  const skewMs = config.clock_skew * 1000;

  /** Why the time of a request is not good. */
  function timeProblem({ request }: RequestContext): string | undefined {
    const date = request.headers.get('date');
    if (date === undefined || !httpDate.test(date)) return 'Invalid GMT format time';
    const apart = Math.abs(clock.now() - Date.parse(date));
    return apart <= skewMs ? undefined : 'Clock skew exceeded';
  }

  function coverProblem(headers: readonly string[]): string | undefined {
    const lacking = demanded.find((name) => !headers.some((header) => header.toLowerCase() === name));
    return lacking === undefined ? undefined : `expected header "${lacking}" missing in signing`;
  }

  return (ctx, header) => {
    const parameters = readSignature(header);
    if (typeof parameters === 'string') return parameters;
    if (!algorithms.has(parameters.algorithm)) return 'Invalid algorithm';
    const problem = timeProblem(ctx) ?? coverProblem(parameters.headers);
    if (problem !== undefined) return problem;
    const match = consumers.find(parameters.keyId);
    if (match === undefined) return 'Invalid key_id';
    return isSignedBy(match.config, ctx, parameters) ? match : 'Invalid signature';
  };
}

function isSignedBy(consumer: HmacConsumer, ctx: RequestContext, parameters: SignatureParameters): boolean {
  const key = usableSecret(consumer.secret_key);
  const text = signingString(ctx, parameters);
  if (key === undefined || text === undefined) return false;
  const expected = createHmac(parameters.algorithm.slice('hmac-'.length), key).update(text).digest();
  return parameters.signature.length === expected.length && timingSafeEqual(parameters.signature, expected);
}
