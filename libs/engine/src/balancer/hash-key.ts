import { compileTemplate, type TextSource } from '../variables/template.ts';
import type { PickSource } from './balancer.ts';

/** What decides over the node of a request. */
export type HashKey = (source: PickSource) => string;

/** How consistent hashing finds its key. */
export interface HashSettings {
  readonly hash_on?: string | undefined;
  readonly key?: string | undefined;
}

/** Compiles where the key comes from. A request that has none is placed by the address of its client. */
export function hashKey({ hash_on: hashOn = 'vars', key = '' }: HashSettings): HashKey {
  if (hashOn === 'vars_combinations') return combination(key);
  const name = variableName(hashOn, key);
  return (source) => source.variable(name) ?? source.remoteAddr;
}

function variableName(hashOn: string, key: string): string {
  if (hashOn === 'consumer') return 'consumer_name';
  if (hashOn === 'header') return `http_${key.toLowerCase().replaceAll('-', '_')}`;
  if (hashOn === 'cookie') return `cookie_${key}`;
  return key;
}

/** A text with variables in it, of which at least one must have a value. */
function combination(template: string): HashKey {
  const render = compileTemplate(template);
  const seen = new SeenSource();
  return (source) => {
    const text = render(seen.of(source));
    return seen.hasSeen ? text : source.remoteAddr;
  };
}

/** Notes whether any variable had a value. One for all requests: a key is made without a pause. */
class SeenSource implements TextSource {
  hasSeen = false;
  #source: TextSource | null = null;

  of(source: TextSource): this {
    this.#source = source;
    this.hasSeen = false;
    return this;
  }

  variable(name: string): string | undefined {
    const value = this.#source?.variable(name);
    if (value !== undefined) this.hasSeen = true;
    return value;
  }
}
