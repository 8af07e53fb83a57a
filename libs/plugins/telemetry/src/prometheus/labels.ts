import type { Kit, RequestContext, ResponseView } from '@sluice/plugin-kit';

/** Which labels a metric has and how their values are found. */
export interface LabelSettings {
  /** The first is given by whoever records: what was measured. */
  readonly names: readonly string[];
  /** Labels of the operator's own, with the template of their value. */
  readonly extra: ReadonlyMap<string, string>;
  /** Labels whose values stay empty. */
  readonly disabled: readonly string[];
  readonly prefersName: boolean;
}

/** The labels of one metric. */
export interface Labeller {
  readonly names: readonly string[];
  valuesFor(ctx: RequestContext, first: string): string[];
}

type Value = (ctx: RequestContext) => string;

const sources: Readonly<Record<ResponseView['origin'], string>> = {
  gateway: 'apisix',
  upstream: 'upstream',
  'proxy-error': 'nginx',
};

/** Compiles the labels of a metric. */
export function labeller(settings: LabelSettings, template: Kit['template']): Labeller {
  const [first, ...rest] = settings.names;
  const known = valuesByName(settings.prefersName);
  const values = rest.map((name): Value => (settings.disabled.includes(name) ? () => '' : (known[name] ?? (() => ''))));
  for (const source of settings.extra.values()) values.push(template(source));
  return {
    names: [...(first === undefined ? [] : [first]), ...rest, ...settings.extra.keys()],
    valuesFor(ctx, firstValue) {
      const labels = [firstValue];
      for (const value of values) labels.push(value(ctx));
      return labels;
    },
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
