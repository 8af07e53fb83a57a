import { parseSecretReference, type SecretReference } from '@sluice/schema';
import { secretErrors } from '../secrets.errors.ts';

/**
 * Reads `$env://NAME[/json_key]` or `$secret://<manager>/<id>/<name...>/<key>`. Undefined for any other text; throws
 * SECRET_REFERENCE_INVALID where a part is missing.
 */
export function parseReference(text: string): SecretReference | undefined {
  const parsed = parseSecretReference(text);
  if (parsed === undefined || 'store' in parsed) return parsed;
  throw secretErrors.SECRET_REFERENCE_INVALID(`${text}: ${parsed.problem}`);
}
