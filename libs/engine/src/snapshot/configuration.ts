import type { Log } from '@sluice/plugin-kit';
import { type KindName, kinds, warningsOf } from '@sluice/schema';
import type { BinderTools } from '../pipeline/route-binder.ts';
import type { RouterMode } from '../router/path-pattern.ts';
import type { ConfigStep } from './config-step.ts';
import { ConsumerIndex, DecodedConsumers } from './consumer-index.ts';
import { emptyGeneration, GenerationBuilder } from './generation-builder.ts';
import type { Generation } from './generation.ts';
import type { Resource } from './resource.ts';
import { offsetOf } from './segment.ts';

/** A generation that is built and not yet in service. */
interface Prepared {
  readonly step: ConfigStep;
  readonly generation: Generation;
  /** Versions that it brings. */
  readonly placed: readonly Resource[];
}

/** The configuration in service: moves from one generation to the next, by whole steps, in two moves. */
export class Configuration {
  readonly #tools: BinderTools;
  readonly #log: Log;
  readonly #consumers = new DecodedConsumers();
  #generation: Generation;
  #prepared: Prepared | null = null;

  constructor(tools: BinderTools, mode: RouterMode, log: Log) {
    this.#tools = tools;
    this.#log = log;
    this.#generation = emptyGeneration(mode, tools.registry);
  }

  get generation(): Generation {
    return this.#generation;
  }

  /** Builds the next generation; requests notice nothing of it. A step that was prepared before is forgotten. */
  prepare(step: ConfigStep): void {
    const { registry } = this.#tools;
    const segments = this.#generation.parts.segments.after(step);
    const consumers = new ConsumerIndex(step, segments, this.#consumers, (name) => registry.schema(name));
    const builder = new GenerationBuilder(this.#generation, registry).with({ segments, consumers });
    const placed: Resource[] = [];
    for (const location of step.placed) {
      const resource = segments.resource(location);
      placed.push(resource);
      builder.change(resource.kind, resource.id, resource);
    }
    for (const key of step.removed) builder.change(...kindAndId(key), undefined);
    this.#prepared = { step, generation: builder.build(), placed };
  }

  /** Serves what was prepared. */
  commit(): void {
    const prepared = this.#prepared;
    if (!prepared) throw new Error('There is no prepared configuration to serve.');
    this.#prepared = null;
    const before = this.#generation;
    const { step, generation, placed } = prepared;
    this.#generation = generation;
    for (const { kind, id } of placed) this.#replaced(before, kind, id);
    for (const key of step.removed) this.#removed(before, ...kindAndId(key));
    for (const key of step.changedConsumers) this.#tools.dependents.invalidate(...kindAndId(key));
    for (const location of step.endedConsumers) this.#consumers.drop(location);
    for (const location of step.moved) this.#relocate(location);
    if (before.globals !== generation.globals) before.globals.retire();
  }

  /** Forgets what was prepared. */
  abort(): void {
    this.#prepared = null;
  }

  #replaced(before: Generation, kind: string, id: string): void {
    this.#tools.dependents.invalidate(kind, id);
    before.get(kind, id)?.retire();
    const reason = kinds.has(kind as KindName) ? warningsOf(kind)[0] : 'this version does not know the kind';
    if (reason !== undefined) this.#log.warn('a resource is not served', { kind, id, reason });
  }

  #removed(before: Generation, kind: string, id: string): void {
    this.#replaced(before, kind, id);
    this.#tools.upstreams.forget(kind, id);
    if (kind === 'route') this.#tools.metrics.forget(id);
  }

  #relocate(location: number): void {
    const segment = this.#generation.parts.segments.segment(location);
    const at = offsetOf(location);
    this.#generation.get(...kindAndId(segment.key(at)))?.relocate(segment, at);
  }
}

function kindAndId(key: string): [kind: string, id: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}
