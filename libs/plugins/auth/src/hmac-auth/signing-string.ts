import type { RequestContext } from '@sluice/plugin-kit';
import type { SignatureParameters } from './signature-parameters.ts';

/** The text that a signature is of: the key's id and one line per header; undefined where the request lacks one of them. */
export function signingString(
  { request }: RequestContext,
  { keyId, headers }: Pick<SignatureParameters, 'keyId' | 'headers'>,
): string | undefined {
  let text = `${keyId}\n`;
  for (const name of headers) {
    if (name === '@request-target') {
      text += `${request.original.method} ${request.original.uri}\n`;
      continue;
    }
    const lines = request.headers.getAll(name.toLowerCase());
    if (lines.length === 0) return undefined;
    // All lines of a name: one that was added on the way must not go unnoticed.
    text += `${name}: ${lines.join(', ')}\n`;
  }
  return text;
}
