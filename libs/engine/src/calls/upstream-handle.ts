import type { UpstreamRef } from '@sluice/plugin-kit';
import { upstreamKind, withDefaults } from '@sluice/schema';
import type { Generation } from '../snapshot/generation.ts';
import type { Resource } from '../snapshot/resource.ts';
import { clientCertificateId } from '../upstream/transports.ts';
import type { UpstreamDirectory } from '../upstream/upstream-directory.ts';
import type { UpstreamTarget } from '../upstream/upstream-target.ts';

/** Where handles find upstreams. */
export interface UpstreamFinder {
  readonly directory: UpstreamDirectory;
  /** The generation in service. */
  current(): Generation;
}

/** What an upstream is configured by. */
interface Source {
  readonly kind: string;
  readonly id: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** An upstream that plugins send to. Looked up when it is used, so that it follows the configuration. */
export abstract class UpstreamHandle implements UpstreamRef {
  protected readonly finder: UpstreamFinder;
  #held: { readonly source: Source; readonly certificate: Resource | undefined; target: UpstreamTarget | null } | null =
    null;

  constructor(finder: UpstreamFinder) {
    this.finder = finder;
  }

  get isKnown(): boolean {
    return this.target !== null;
  }

  get target(): UpstreamTarget | null {
    const source = this.source();
    if (source === undefined) return null;
    const certificateId = clientCertificateId(source.value);
    const certificate = certificateId === undefined ? undefined : this.finder.current().get('ssl', certificateId);
    if (this.#held?.source !== source || this.#held.certificate !== certificate) {
      const found = this.finder.directory.target(source, source.value, undefined, certificate);
      this.#held = { source, certificate, target: 'runtime' in found ? found : null };
    }
    return this.#held.target;
  }

  protected abstract source(): Source | undefined;
}

/** An upstream of the configuration. */
export class NamedUpstream extends UpstreamHandle {
  readonly #id: string;

  constructor(finder: UpstreamFinder, id: string) {
    super(finder);
    this.#id = id;
  }

  protected source(): Source | undefined {
    return this.finder.current().get('upstream', this.#id);
  }
}

/** An upstream that a plugin's configuration spells out: lives as long as that. */
export class OwnUpstream extends UpstreamHandle {
  readonly #source: Source;

  constructor(finder: UpstreamFinder, id: string, spec: Readonly<Record<string, unknown>>) {
    super(finder);
    this.#source = { kind: 'upstream', id, value: withDefaults(upstreamKind.schema, spec) as Source['value'] };
  }

  dispose(): void {
    this.finder.directory.forget(this.#source.kind, this.#source.id);
  }

  protected source(): Source {
    return this.#source;
  }
}

/** What a plugin's reference stands for; null where there is nothing to send to. */
export function targetOf(upstream: UpstreamRef): UpstreamTarget | null {
  if (!(upstream instanceof UpstreamHandle)) throw new TypeError('Upstreams are made by the kit.');
  return upstream.target;
}
