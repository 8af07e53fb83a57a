import { isSecretReference } from '@sluice/schema';
import { secretErrors } from '../secrets.errors.ts';

/** A variable of this process's environment, or (with `jsonKey`) one field of the JSON object that it holds. */
export interface EnvReference {
  readonly store: 'env';
  readonly name: string;
  readonly jsonKey: string | undefined;
}

/** A secret of a store that a `secret` resource describes. */
export interface ManagedReference {
  readonly store: 'managed';
  /** Id of the resource: `vault/1`. */
  readonly resourceId: string;
  /** What the store calls the secret; may hold slashes. */
  readonly name: string;
  /** Which of its fields. */
  readonly key: string;
}

/** Where a secret is kept. */
export type SecretReference = EnvReference | ManagedReference;

const envScheme = /^\$env:\/\//i;
const managedScheme = '$secret://';

/**
 * Reads `$env://NAME[/json_key]` or `$secret://<manager>/<id>/<name...>/<key>`. Undefined for any other text; throws
 * SECRET_REFERENCE_INVALID where a part is missing.
 */
export function parseReference(text: string): SecretReference | undefined {
  if (!isSecretReference(text)) return undefined;
  if (envScheme.test(text)) return envReference(text);
  if (text.startsWith(managedScheme)) return managedReference(text);
  throw invalid(text, `the scheme must be written ${managedScheme}`);
}

function envReference(text: string): EnvReference {
  const rest = text.slice(text.indexOf('://') + 3);
  const slash = rest.indexOf('/');
  const name = slash === -1 ? rest : rest.slice(0, slash);
  if (name === '') throw invalid(text, 'no variable is named');
  return { store: 'env', name, jsonKey: slash === -1 ? undefined : rest.slice(slash + 1) };
}

function managedReference(text: string): ManagedReference {
  const [manager = '', id = '', ...path] = text.slice(managedScheme.length).split('/');
  const key = path.pop() ?? '';
  const name = path.join('/');
  if (manager === '') throw invalid(text, 'no secret manager is named');
  if (id === '') throw invalid(text, 'no id of a secret resource is named');
  if (key === '' || name === '') throw invalid(text, 'it must end in the name of a secret and a key of it');
  // A URL resolves them: such a name would lead out of the prefix that the store is confined to.
  if (path.some((segment) => segment === '.' || segment === '..')) throw invalid(text, 'it leads out of its store');
  return { store: 'managed', resourceId: `${manager}/${id}`, name, key };
}

function invalid(text: string, reason: string) {
  return secretErrors.SECRET_REFERENCE_INVALID(`${text}: ${reason}`);
}
