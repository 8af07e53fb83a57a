import {
  definePluginSchema,
  findUnserved,
  Id,
  type RuleHooks,
  titled,
  Type,
  UpstreamSchema,
  type Upstream,
  upstreamKind,
} from '@sluice/schema';

const UPSTREAMS_MAX = 20;

const WeightedUpstream = Type.Object({
  upstream_id: Type.Optional(titled(Id, 'Upstream id', 'Id of an upstream of the configuration. It comes first.')),
  upstream: Type.Optional(titled(UpstreamSchema, 'Upstream', 'An upstream that is spelled out here.')),
  weight: Type.Integer({
    default: 1,
    minimum: 0,
    title: 'Weight',
    description: 'Share of the requests, in proportion to the other weights of the rule; 0 for none.',
  }),
});

const Match = Type.Object({
  vars: Type.Optional(
    Type.Array(Type.Unknown(), { title: 'Conditions', description: 'Expressions over variables; all must hold.' }),
  ),
});

const Rule = Type.Object({
  match: Type.Optional(
    Type.Array(Match, {
      title: 'Match',
      description: 'The rule is for requests for which one of these holds; for all requests unless given.',
    }),
  ),
  weighted_upstreams: Type.Array(WeightedUpstream, {
    default: [{ weight: 1 }],
    minItems: 1,
    maxItems: UPSTREAMS_MAX,
    title: 'Weighted upstreams',
    description: 'Where the requests go. One without an upstream stands for the upstream of the route.',
  }),
});

/** What `traffic-split` can be told. */
export const trafficSplitSchema = definePluginSchema({
  name: 'traffic-split',
  category: 'traffic',
  priority: 966,
  phases: ['access'],
  title: 'Traffic split',
  description: 'Divides the requests of a route between several upstreams, by weight and by condition.',
  secrets: { config: ['rules.weighted_upstreams.upstream.tls.client_key'] },
  references: {
    'rules.weighted_upstreams.upstream_id': 'upstream',
    'rules.weighted_upstreams.upstream.tls.client_cert_id': 'ssl',
  },
  config: Type.Object({
    rules: Type.Optional(
      Type.Array(Rule, {
        title: 'Rules',
        description:
          'The first one that matches decides; a request that none matches goes to the upstream of the route.',
      }),
    ),
  }),
  extraChecks: ({ rules = [] }, hooks) => {
    for (const [at, { match = [], weighted_upstreams: choices }] of rules.entries()) {
      const wrong = checkMatch(match, hooks) ?? checkChoices(choices, `rules[${at}]`, hooks);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  },
});

function checkMatch(match: readonly { readonly vars?: readonly unknown[] }[], hooks: RuleHooks | undefined) {
  for (const { vars } of match) {
    const wrong = vars && hooks?.checkVars?.(vars);
    if (wrong !== undefined) return `failed to validate the 'vars' expression: ${wrong}`;
  }
  return undefined;
}

interface Choice {
  readonly upstream?: Upstream;
  readonly weight: number;
}

function checkChoices(choices: readonly Choice[], rule: string, hooks: RuleHooks | undefined): string | undefined {
  for (const [at, { upstream }] of choices.entries()) {
    const wrong =
      upstream && (upstreamKind.extraChecks?.(upstream, hooks) ?? findUnserved('upstream', upstream)?.message);
    if (wrong !== undefined) return `invalid ${rule}.weighted_upstreams[${at}].upstream: ${wrong}`;
  }
  return choices.some(({ weight }) => weight > 0)
    ? undefined
    : `${rule}.weighted_upstreams needs a weight above 0: its requests would go nowhere`;
}
