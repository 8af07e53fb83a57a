import type { Log } from '@sluice/plugin-kit';
import type { Generation } from '../snapshot/generation.ts';
import type { Resource } from '../snapshot/resource.ts';
import { OcspStaples } from './ocsp/ocsp-staples.ts';
import { SslObject, type SslFields } from './ssl-object.ts';
import type { TlsPeer } from './tls-peer.ts';

/** Why a request is refused on a connection: it has no accepted certificate, or was made for another host. */
export type TlsRefusal = 'unverified' | 'misdirected';

/** The certificates in service, by the names that they are for. A change applies to the next handshake. */
export class Certificates {
  readonly #log: Log;
  readonly #current: () => Generation;
  /** The resources that the index was made of. */
  #seen: ReadonlyMap<string, Resource> = new Map();
  #source: unknown = undefined;
  readonly #objects = new Map<string, SslObject>();
  readonly #exact = new Map<string, SslObject[]>();
  /** What follows the asterisk → objects. */
  readonly #wildcards = new Map<string, SslObject[]>();
  #clientRules = 0;
  /** Differs after every change. */
  #version = 0;
  onRemoved: (object: SslObject) => void = () => {};
  /** What clients are shown that ask for the status of a certificate. */
  readonly staples = new OcspStaples();

  constructor(log: Log, current: () => Generation) {
    this.#log = log;
    this.#current = current;
  }

  /** The object to answer a client with that asks for a name: exact before wildcard, a longer wildcard before a shorter one. */
  find(name: string): SslObject | null {
    this.#follow();
    const exact = this.#exact.get(name)?.[0];
    if (exact) return exact;
    const label = name.indexOf('.') < 0 ? name.length : name.indexOf('.');
    // An asterisk stands for one label or a part of it.
    for (let from = 0; from <= label; from += 1) {
      const found = this.#wildcards.get(name.slice(from))?.[0];
      if (found) return found;
    }
    return this.#wildcards.get('')?.[0] ?? null;
  }

  /** What keeps a request for a host and path from being served on a connection. */
  refusalOf(peer: TlsPeer, host: string, path: string): TlsRefusal | null {
    this.#follow();
    if (this.#clientRules === 0) return null;
    const object = this.#objectFor(peer, host);
    if (object === null || object.client === null) return null;
    const { client } = object;
    if (client.skip.some((pattern) => pattern.test(path))) return null;
    // A certificate counts for the object that asked for it: another one may be of another tenant.
    const isSame = peer.sslId === object.id && peer.clientRule === client.fingerprint;
    if (!isSame) return 'misdirected';
    return peer.isVerified ? null : 'unverified';
  }

  #objectFor(peer: TlsPeer, host: string): SslObject | null {
    const known = peer.verdict;
    if (known?.version === this.#version && known.host === host) return known.ask as SslObject | null;
    const ask = this.find(host) ?? this.#guardOf(host) ?? this.#objects.get(peer.sslId) ?? null;
    peer.verdict = { version: this.#version, host, ask };
    return ask;
  }

  /**
   * An asterisk in a certificate stands for one label, in a route for any number of them: a name deeper than the certificate
   * reaches the route all the same, and must not get there without what the certificate's clients have to show.
   */
  #guardOf(host: string): SslObject | null {
    for (let from = 1; from <= host.length; from += 1) {
      const guard = this.#wildcards.get(host.slice(from))?.find(({ client }) => client !== null);
      if (guard) return guard;
    }
    return null;
  }

  /** Takes over what changed since the last look; nothing where no certificate did. */
  #follow(): void {
    const generation = this.#current();
    const source = generation.parts.kinds.get('ssl');
    if (source === this.#source) return;
    const now = new Map(Array.from(generation.ofKind('ssl'), (resource) => [resource.id, resource]));
    for (const [id, resource] of this.#seen) if (now.get(id) !== resource) this.#drop(id);
    for (const [id, resource] of now) if (this.#seen.get(id) !== resource) this.#take(resource);
    this.#source = source;
    this.#seen = now;
    this.#version += 1;
  }

  #drop(id: string): void {
    const old = this.#objects.get(id);
    if (old) this.#remove(old);
  }

  #take(resource: Resource): void {
    const { id } = resource;
    if (resource.isBroken) return;
    const fields = resource.value as unknown as SslFields;
    if (fields.type === 'client' || fields.status === 0) return;
    try {
      this.#add(new SslObject(id, resource.createdRevision, fields));
    } catch (error) {
      this.#log.error('a certificate cannot be served', { ssl: id, error: String(error) });
    }
  }

  #add(object: SslObject): void {
    this.#objects.set(object.id, object);
    if (object.client) this.#clientRules += 1;
    for (const name of object.names) {
      const [map, key] = this.#place(name);
      const list = [...(map.get(key) ?? []), object];
      map.set(
        key,
        list.toSorted((a, b) => a.createdRevision - b.createdRevision || (a.id < b.id ? -1 : 1)),
      );
    }
  }

  #remove(object: SslObject): void {
    this.#objects.delete(object.id);
    if (object.client) this.#clientRules -= 1;
    for (const name of object.names) {
      const [map, key] = this.#place(name);
      const rest = map.get(key)?.filter((other) => other !== object) ?? [];
      if (rest.length === 0) map.delete(key);
      else map.set(key, rest);
    }
    this.onRemoved(object);
  }

  #place(name: string): [map: Map<string, SslObject[]>, key: string] {
    return name.startsWith('*') ? [this.#wildcards, name.slice(1)] : [this.#exact, name];
  }

  [Symbol.iterator](): IterableIterator<SslObject> {
    return this.#objects.values();
  }
}
