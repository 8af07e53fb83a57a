/** A variable of a data plane's environment, or (with `jsonKey`) one field of the JSON object that it holds. */
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

/** What looks like a reference and is none, and why. */
export interface MalformedReference {
  readonly problem: string;
}

const reference = /^\$(?:secret|env):\/\//i;
const envScheme = /^\$env:\/\//i;
const managedScheme = '$secret://';

/** Whether a string stands for a secret kept elsewhere (`$secret://…`, `$env://…`), so that its own text says nothing. */
export function isSecretReference(text: string): boolean {
  return text.charCodeAt(0) === 36 && reference.test(text);
}

/** Reads `$env://NAME[/json_key]` or `$secret://<manager>/<id>/<name...>/<key>`. Undefined for any other text. */
export function parseSecretReference(text: string): SecretReference | MalformedReference | undefined {
  if (!isSecretReference(text)) return undefined;
  if (envScheme.test(text)) return envReference(text);
  if (text.startsWith(managedScheme)) return managedReference(text);
  return { problem: `the scheme must be written ${managedScheme}` };
}

function envReference(text: string): EnvReference | MalformedReference {
  const rest = text.slice(text.indexOf('://') + 3);
  const slash = rest.indexOf('/');
  const name = slash === -1 ? rest : rest.slice(0, slash);
  if (name === '') return { problem: 'no variable is named' };
  return { store: 'env', name, jsonKey: slash === -1 ? undefined : rest.slice(slash + 1) };
}

function managedReference(text: string): ManagedReference | MalformedReference {
  const [manager = '', id = '', ...path] = text.slice(managedScheme.length).split('/');
  const key = path.pop() ?? '';
  const name = path.join('/');
  if (manager === '') return { problem: 'no secret manager is named' };
  if (id === '') return { problem: 'no id of a secret resource is named' };
  if (key === '' || name === '') return { problem: 'it must end in the name of a secret and a key of it' };
  // A URL resolves them: such a name would lead out of the prefix that the store is confined to.
  if (path.some((segment) => segment === '.' || segment === '..')) return { problem: 'it leads out of its store' };
  return { store: 'managed', resourceId: `${manager}/${id}`, name, key };
}
