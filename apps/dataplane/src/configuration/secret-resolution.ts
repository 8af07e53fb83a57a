import { GatewayError } from '@sluice/errors';
import { type Environment, SecretStore } from '@sluice/secrets';
import type { Log } from '@sluice/plugin-kit';
import type { ResourceChange, ResourceError } from '@sluice/sync';
import { bodyWithSecrets, referencesOf, valueOf } from './secret-parts.ts';

/** How often it is looked whether a secret has to be read again, in milliseconds. */
const checkMs = 5_000;

/** A resource that refers to secrets, as it was received. */
interface Original {
  readonly change: ResourceChange;
  readonly references: ReadonlySet<string>;
  /** Why it is not served as it should be. */
  missing: ResourceError | undefined;
}

/**
 * Puts secrets in the place of references before resources are served. What was received is kept beside it, because hashes,
 * the copy on disk and whoever looks on must see the reference and never the secret.
 */
export class SecretResolution {
  readonly #secrets: SecretStore;
  readonly #log: Log | null;
  readonly #originals = new Map<string, Original>();
  /** The `secret` resources: where secrets are kept. */
  readonly #stores = new Map<string, unknown>();
  #staged = new Map<string, Original | null>();
  #stagedStores = new Map<string, unknown>();

  readonly #timer: NodeJS.Timeout;
  /** Told of secrets that are others now. */
  onChange: (references: readonly string[]) => void = () => undefined;

  /** `env` is what `$env://` refers to, `now` a clock in milliseconds. */
  constructor(env: Environment, log: Log | null = null, now = () => performance.now()) {
    this.#log = log;
    this.#secrets = new SecretStore({
      env,
      now,
      resource: (id) => this.#store(id),
      onChange: (references) => this.onChange(references),
    });
    this.#timer = setInterval(() => void this.refresh(), checkMs).unref();
  }

  /** Reads nothing any more. */
  close(): void {
    clearInterval(this.#timer);
  }

  /** What is to be served for changes, with the secrets that they refer to. Nothing of it counts before `commit`. */
  async stage(changes: readonly ResourceChange[]): Promise<readonly ResourceChange[]> {
    this.#staged = new Map();
    this.#stagedStores = new Map();
    for (const { kind, id, body } of changes)
      if (kind === 'secret') this.#stagedStores.set(id, body ? valueOf(body) : undefined);
    const values = new Map<ResourceChange, object>();
    for (const change of changes) {
      const found = change.body && change.kind !== 'secret' ? referencesOf(change.body) : undefined;
      const key = keyOf(change);
      if (found) this.#staged.set(key, { change, references: found.references, missing: undefined });
      else if (this.#originals.has(key)) this.#staged.set(key, null);
      if (found) values.set(change, found.value);
    }
    if (values.size === 0) return changes;
    const staged = [...this.#staged.values()].filter((original) => original !== null);
    await this.#secrets.prepare(new Set(staged.flatMap(({ references }) => [...references])));
    return changes.map((change) => this.#served(change, values.get(change)));
  }

  /** Notes that resolved resources are not valid: that is the fault of their secrets, not of the revision. */
  blame(errors: readonly ResourceError[]): ResourceError[] {
    return errors.filter((error) => {
      const original = this.#staged.get(keyOf(error));
      if (!original) return true;
      // Not the message: it may quote the secret.
      const { kind, id, field } = error;
      const message = `A secret that it refers to does not fit${field ? ` ${field}` : ''}.`;
      original.missing ??= { kind, id, message, ...(field !== undefined && { field }) };
      return false;
    });
  }

  /** What was staged is in service. */
  commit(): void {
    for (const { kind, id, message } of this.stagedMissing)
      this.#log?.error('a resource is not served, because a secret is missing', { kind, id, reason: message });
    for (const [key, original] of this.#staged) {
      if (original) this.#originals.set(key, original);
      else this.#originals.delete(key);
    }
    this.#secrets.keepOnly(new Set([...this.#originals.values()].flatMap(({ references }) => [...references])));
    const stores = this.#stagedStores;
    this.#stagedStores = new Map();
    for (const [id, store] of stores) {
      this.#stores.set(id, store);
      void this.#secrets.reread(id);
    }
  }

  /** What is in service although a secret of it is missing; its requests are answered 503. */
  get missing(): readonly ResourceError[] {
    return [...this.#originals.values()].flatMap(({ missing }) => missing ?? []);
  }

  /** The staged resources that miss a secret. */
  get stagedMissing(): readonly ResourceError[] {
    return [...this.#staged.values()].flatMap((original) => original?.missing ?? []);
  }

  /** The resources that refer to any of some secrets, as they were received. */
  referringTo(references: readonly string[]): readonly ResourceChange[] {
    const affected = [...this.#originals.values()].filter((one) => references.some((each) => one.references.has(each)));
    return affected.map(({ change }) => change);
  }

  /** The body that a resource was received with, where another one is served. */
  bodyOf(kind: string, id: string): Uint8Array | undefined {
    return this.#originals.get(`${kind}/${id}`)?.change.body ?? undefined;
  }

  /** Reads again the secrets that are due. */
  refresh(): Promise<void> {
    return this.#secrets.refresh();
  }

  #store(id: string): unknown {
    return this.#stagedStores.has(id) ? this.#stagedStores.get(id) : this.#stores.get(id);
  }

  #served(change: ResourceChange, value: object | undefined): ResourceChange {
    if (value === undefined) return change;
    try {
      return { ...change, body: bodyWithSecrets(value, (reference) => this.#read(reference)) };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const { kind, id } = change;
      const original = this.#staged.get(keyOf(change));
      if (original) original.missing = { kind, id, message: `${error.message} ${error.detail ?? ''}`.trim() };
      return change;
    }
  }

  #read(reference: string): string {
    const found = this.#secrets.peek(reference);
    if ('error' in found) throw found.error;
    return found.value;
  }
}

function keyOf({ kind, id }: Pick<ResourceChange, 'kind' | 'id'>): string {
  return `${kind}/${id}`;
}
