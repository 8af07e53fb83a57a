import type { Kit, RequestContext, ResponseView } from '@sluice/plugin-kit';

/** Which labels a metric has and how their values are found. */
export interface LabelSettings {
  /** The first is given by whoever records: what was measured. */
  readonly names: readonly string[];
  /** Labels of the operator's own, with the template of their value. */
  readonly extra: ReadonlyMap<string, string>;
  /** Labels whose values stay empty. */
  readonly disabled: readonly string[];
}

/** The labels of one metric. */
export interface Labeller {
  readonly names: readonly string[];
  /** Its values, of all that was read of a request. */
  valuesFor(read: readonly string[], first: string): string[];
}

type Value = (ctx: RequestContext) => string;

const sources: Readonly<Record<ResponseView['origin'], string>> = {
  gateway: 'apisix',
  upstream: 'upstream',
  'proxy-error': 'nginx',
};

/** Reads what labels may say of a request: each value once, however many metrics show it. */
export class LabelReader {
  readonly #known: Readonly<Record<string, Value>>;
  readonly #template: Kit['template'];
  readonly #values: Value[] = [];
  readonly #places = new Map<string, number>();

  constructor(prefersName: boolean, template: Kit['template']) {
    this.#known = valuesByName(prefersName);
    this.#template = template;
  }

  read(ctx: RequestContext): string[] {
    const read: string[] = [];
    for (const value of this.#values) read.push(value(ctx));
    return read;
  }

  /** Where the value of a label stands among what is read; -1 for one that is always empty. */
  placeOf(name: string): number {
    const value = this.#known[name];
    return value === undefined ? -1 : this.#place(name, () => value);
  }

  /** The same for a template. */
  placeOfTemplate(source: string): number {
    // No label has a name with a blank in it.
    return this.#place(`template ${source}`, () => this.#template(source));
  }

  #place(key: string, make: () => Value): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.#values.length);
    return this.#values.push(make()) - 1;
  }
}

/** Compiles the labels of a metric. */
export function labeller({ names, extra, disabled }: LabelSettings, reader: LabelReader): Labeller {
  const [first, ...rest] = names;
  const places = rest.map((name) => (disabled.includes(name) ? -1 : reader.placeOf(name)));
  for (const source of extra.values()) places.push(reader.placeOfTemplate(source));
  return {
    names: [...(first === undefined ? [] : [first]), ...rest, ...extra.keys()],
    valuesFor: (read, firstValue) => [firstValue, ...places.map((place) => read[place] ?? '')],
  };
}

function valuesByName(prefersName: boolean): Readonly<Record<string, Value>> {
  const called = (thing: { readonly id: string; readonly name: string | undefined } | undefined) =>
    (prefersName ? thing?.name : undefined) ?? thing?.id ?? '';
  const variable =
    (name: string, fallback: string): Value =>
    (ctx) =>
      ctx.variable(name) ?? fallback;
  return {
    code: (ctx) => String(ctx.response.status),
    route: (ctx) => called(ctx.route),
    service: (ctx) => called(ctx.route?.service),
    matched_uri: (ctx) => ctx.route?.uri ?? '',
    matched_host: (ctx) => ctx.route?.host ?? '',
    consumer: (ctx) => ctx.consumer?.username ?? '',
    node: (ctx) => hostOf(ctx.node),
    response_source: (ctx) => sources[ctx.response.origin],
    request_type: variable('request_type', 'traditional_http'),
    request_llm_model: variable('request_llm_model', ''),
    llm_model: variable('llm_model', ''),
  };
}

/** `host:port` without the port, which may follow an address that itself has colons. */
function hostOf(node: string | undefined): string {
  return node === undefined ? '' : node.slice(0, node.lastIndexOf(':'));
}
