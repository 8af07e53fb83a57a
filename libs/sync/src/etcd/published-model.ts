import { elementHash, StateDigest } from '../digest.ts';
import type { PublishedChange, PublishedRevision, PublishedState } from './publisher.ts';

/** For tests: what a control plane holds to be true. Each `write` is one revision. */
export class PublishedModel {
  readonly #bodies = new Map<string, PublishedChange & { readonly body: Uint8Array }>();
  readonly #digest = StateDigest.empty();
  /** Revision -> the digest promised for it, in hexadecimal. */
  readonly digests = new Map([[0, StateDigest.empty().toHex()]]);
  revision = 0;

  /** `kind/id` -> body as text, or null to delete. */
  write(changes: Readonly<Record<string, string | null>>): PublishedRevision & { changes: PublishedChange[] } {
    const list = Object.entries(changes).map(([name, text]) => toChange(name, text));
    for (const change of list) this.#apply(change);
    this.revision += 1;
    this.digests.set(this.revision, this.#digest.toHex());
    return { ...this.#position(), changes: list };
  }

  get state(): PublishedState {
    return { ...this.#position(), resources: [...this.#bodies.values()] };
  }

  get contents(): Record<string, string> {
    const pairs = [...this.#bodies].map(([name, { body }]) => [name, Buffer.from(body).toString()]);
    return Object.fromEntries(pairs) as Record<string, string>;
  }

  #position(): PublishedRevision {
    return { revision: this.revision, digest: this.#digest.toBytes(), count: this.#bodies.size };
  }

  #apply({ kind, id, body }: PublishedChange): void {
    const name = `${kind}/${id}`;
    const before = this.#bodies.get(name);
    if (before) this.#digest.remove(elementHash(kind, id, before.body));
    this.#bodies.delete(name);
    if (!body) return;
    this.#bodies.set(name, { kind, id, body });
    this.#digest.add(elementHash(kind, id, body));
  }
}

function toChange(name: string, text: string | null): PublishedChange {
  const slash = name.indexOf('/');
  return { kind: name.slice(0, slash), id: name.slice(slash + 1), body: text === null ? null : Buffer.from(text) };
}
