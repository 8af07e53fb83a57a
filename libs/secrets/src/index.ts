export type { Environment } from './env/read-env.ts';
export { referencesIn, withSecrets } from './reference/references-in.ts';
export { parseReference } from './reference/secret-reference.ts';
export { secretErrors } from './secrets.errors.ts';
export { type ResolvedSecret, SecretStore, type SecretStoreOptions } from './store/secret-store.ts';
