import { definePluginSchema, Type } from '@sluice/schema';
import { checkPatterns } from '../shared/patterns.schema.ts';

const originsPattern = '^(\\*|\\*\\*|null|\\w+://[^,]+(,\\w+://[^,]+)*)$';

const list = (title: string, description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 4096 }), { minItems: 1, uniqueItems: true, title, description }),
  );

/** What `cors` can be told. */
export const corsSchema = definePluginSchema({
  name: 'cors',
  category: 'security',
  priority: 4000,
  phases: ['rewrite', 'header_filter'],
  title: 'CORS',
  description: 'Lets the pages of other origins call a route from a browser.',
  config: Type.Object({
    allow_origins: Type.String({
      default: '*',
      pattern: originsPattern,
      title: 'Origins',
      description: 'Origins with scheme, divided by commas; `*` for all, `**` for all with credentials as well.',
    }),
    allow_methods: Type.String({
      default: '*',
      title: 'Methods',
      description: 'Methods divided by commas; `*` for all, `**` for all with credentials as well.',
    }),
    allow_headers: Type.String({
      default: '*',
      title: 'Request headers',
      description: 'Request headers that a page may set; `*` for all, `**` for whatever it asks for.',
    }),
    expose_headers: Type.Optional(
      Type.String({
        title: 'Response headers',
        description: 'Response headers that a page may read besides the usual ones; `*` for all.',
      }),
    ),
    max_age: Type.Integer({
      default: 5,
      title: 'Lifetime',
      description: 'Seconds that a browser may remember the answer to its question; -1 for not at all.',
    }),
    allow_credential: Type.Boolean({
      default: false,
      title: 'With credentials',
      description: 'Lets pages send cookies along. None of the other fields may be `*` then.',
    }),
    allow_origins_by_regex: list(
      'Origins by pattern',
      'Regular expressions; an origin that one of them matches may call. Used instead of the list of origins.',
    ),
    allow_origins_by_metadata: list('Origins by name', 'Names of lists of origins in the metadata of this plugin.'),
    timing_allow_origins: Type.Optional(
      Type.String({
        pattern: originsPattern,
        title: 'Origins for timing',
        description: 'Origins that may read the timing of a resource, in the form of the list of origins.',
      }),
    ),
    timing_allow_origins_by_regex: list(
      'Origins for timing by pattern',
      'Regular expressions of origins that may read the timing, instead of their list.',
    ),
  }),
  metadata: Type.Object({
    allow_origins: Type.Optional(
      Type.Record(Type.String(), Type.String({ pattern: originsPattern }), {
        title: 'Lists of origins',
        description: 'Lists of origins by a name of your choice, in the form of the list on a route.',
      }),
    ),
  }),
  extraChecks: (config, hooks) => {
    const { allow_origins_by_regex: origins = [], timing_allow_origins_by_regex: timing = [] } = config;
    return checkCredentials(config) ?? checkPatterns([...origins, ...timing], hooks);
  },
});

interface WithWildcards {
  readonly allow_credential: boolean;
  readonly allow_origins: string;
  readonly allow_methods: string;
  readonly allow_headers: string;
  readonly expose_headers?: string | undefined;
  readonly timing_allow_origins?: string | undefined;
}

/** Browsers do not take the wildcard from answers to requests with credentials. */
function checkCredentials(config: WithWildcards): string | undefined {
  if (!config.allow_credential) return undefined;
  const fields = ['allow_origins', 'allow_methods', 'allow_headers', 'expose_headers', 'timing_allow_origins'] as const;
  return fields.some((field) => config[field] === '*')
    ? "you can not set '*' for other option when 'allow_credential' is true"
    : undefined;
}
