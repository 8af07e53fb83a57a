import { GatewayError } from '@sluice/errors';
import type { ManagedReference } from '@sluice/schema';
import { type Environment, readEnv } from '../env/read-env.ts';
import { withSecrets } from '../reference/references-in.ts';
import { parseReference } from '../reference/secret-reference.ts';
import { secretErrors } from '../secrets.errors.ts';
import { readVault, type VaultConfig } from '../vault/read-vault.ts';

/** What a reference came to. */
export type ResolvedSecret = { readonly value: string } | { readonly error: GatewayError };

/** What a store needs of the process that it is in. */
export interface SecretStoreOptions {
  readonly env: Environment;
  /** The `secret` resource of this id (`vault/1`), if there is one. */
  readonly resource: (id: string) => unknown;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** References whose secret has changed, appeared or been lost since it was last told. */
  readonly onChange: (references: readonly string[]) => void;
  /** Milliseconds after which a secret is read again. */
  readonly ttlMs?: number;
  /** Milliseconds after which a failed read is tried again. */
  readonly retryMs?: number;
}

interface Entry {
  resolved: ResolvedSecret;
  /** When it is to be read again. */
  dueMs: number;
}

const usualTtlMs = 300_000;
const usualRetryMs = 60_000;
/** After a store did not answer, it is not asked again for so long: many references must not wait for it one by one. */
const silenceMs = 5_000;
/** Reads under way at the same time: a start with many references must not look like an attack to the vault. */
const readsMax = 8;

/**
 * The secrets that a configuration refers to: read before they are needed, kept, and read again from time to time. A secret
 * that can no longer be read keeps its last value while its store is silent, and is lost when the store says so.
 */
export class SecretStore {
  readonly #options: SecretStoreOptions;
  readonly #entries = new Map<string, Entry>();
  /** When a store that did not answer may be asked again. */
  readonly #silent = new Map<string, { readonly untilMs: number; readonly error: GatewayError }>();

  constructor(options: SecretStoreOptions) {
    this.#options = options;
  }

  /** Reads what is not known yet. Never rejects: what failed is told by `peek`. */
  prepare(references: Iterable<string>): Promise<void> {
    return this.#readAll([...references].filter((reference) => !this.#entries.has(reference)));
  }

  /** What a reference stands for, as far as it was prepared. */
  peek(reference: string): ResolvedSecret {
    const entry = this.#entries.get(reference);
    return entry?.resolved ?? { error: secretErrors.SECRET_MISSING(`${reference}: not read yet`) };
  }

  /** Reads again what is due, and tells what changed. */
  async refresh(): Promise<void> {
    const now = this.#options.now();
    const due = [...this.#entries].filter(([, { dueMs }]) => dueMs <= now).map(([reference]) => reference);
    await this.#readAndTell(due);
  }

  /** Reads everything of one `secret` resource again: the resource itself has changed. */
  async reread(resourceId: string): Promise<void> {
    this.#silent.delete(resourceId);
    const prefix = `$secret://${resourceId}/`;
    await this.#readAndTell([...this.#entries.keys()].filter((reference) => reference.startsWith(prefix)));
  }

  /** Forgets what nothing refers to any more. */
  keepOnly(references: ReadonlySet<string>): void {
    for (const reference of this.#entries.keys()) if (!references.has(reference)) this.#entries.delete(reference);
  }

  async #readAndTell(references: readonly string[]): Promise<void> {
    const before = references.map((reference) => this.#entries.get(reference)?.resolved);
    await this.#readAll(references);
    const changed = references.filter((reference, i) => !isSame(before[i], this.#entries.get(reference)?.resolved));
    if (changed.length > 0) this.#options.onChange(changed);
  }

  async #readAll(references: readonly string[]): Promise<void> {
    const waiting = [...references];
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.#keep(next);
    };
    await Promise.all(Array.from({ length: Math.min(readsMax, waiting.length) }, work));
  }

  async #keep(reference: string): Promise<void> {
    const { now, ttlMs = usualTtlMs, retryMs = usualRetryMs } = this.#options;
    const found = await this.#read(reference);
    const last = this.#entries.get(reference)?.resolved;
    const isSilent = 'error' in found && found.error.isRetryable;
    const resolved = isSilent && last !== undefined && 'value' in last ? last : found;
    this.#entries.set(reference, { resolved, dueMs: now() + ('value' in found ? ttlMs : retryMs) });
  }

  async #read(reference: string): Promise<ResolvedSecret> {
    try {
      const parsed = parseReference(reference);
      if (parsed === undefined) throw secretErrors.SECRET_REFERENCE_INVALID(reference);
      const { env } = this.#options;
      return { value: parsed.store === 'env' ? readEnv(env, parsed) : await this.#readManaged(parsed) };
    } catch (error) {
      if (error instanceof GatewayError) return { error };
      throw error;
    }
  }

  async #readManaged(reference: ManagedReference): Promise<string> {
    const { resourceId } = reference;
    const silent = this.#silent.get(resourceId);
    if (silent && silent.untilMs > this.#options.now()) throw silent.error;
    try {
      return await this.#ask(reference);
    } catch (error) {
      if (error instanceof GatewayError && error.isRetryable)
        this.#silent.set(resourceId, { untilMs: this.#options.now() + silenceMs, error });
      throw error;
    }
  }

  #ask(reference: ManagedReference): Promise<string> {
    const { resource, env } = this.#options;
    const { resourceId } = reference;
    const config = resourceId.startsWith('vault/') ? resource(resourceId) : undefined;
    if (config === undefined || config === null)
      throw secretErrors.SECRET_STORE_UNKNOWN(`there is no secret resource ${resourceId}`);
    const readOwn = (text: string): string => {
      const parsed = parseReference(text);
      if (parsed?.store === 'env') return readEnv(env, parsed);
      throw secretErrors.SECRET_REFERENCE_INVALID(`secret ${resourceId}: only $env:// is allowed in it`);
    };
    return readVault(withSecrets(config as VaultConfig, readOwn), reference);
  }
}

function isSame(a: ResolvedSecret | undefined, b: ResolvedSecret | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if ('value' in a) return 'value' in b && a.value === b.value;
  return 'error' in b && a.error.code === b.error.code;
}
