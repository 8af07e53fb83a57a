import { choice, definePluginSchema, type RuleHooks, Type } from '@sluice/schema';

const formats = ['xml', 'json', 'encoded', 'args', 'plain', 'multipart'] as const;

/** How a body is read. */
export type BodyFormat = (typeof formats)[number];

/** What a body becomes. */
export interface TransformConfig {
  readonly input_format?: BodyFormat;
  readonly template: string;
  readonly template_is_base64?: boolean;
}

const Transform = (title: string, description: string) =>
  Type.Optional(
    Type.Unsafe<TransformConfig>(
      Type.Object(
        {
          input_format: Type.Optional(
            choice(formats, {
              title: 'Format',
              description: 'How the body is read; without it, by its content type. A GET is read by its query.',
            }),
          ),
          template: Type.String({
            'x-widget': 'long-text',
            title: 'Template',
            description: 'Text in which `{{name}}` is a field of the body; Base64 spares escaping it.',
          }),
          template_is_base64: Type.Optional(
            Type.Boolean({ title: 'Template in Base64', description: 'The template is given in Base64.' }),
          ),
        },
        { title, description },
      ),
    ),
  );

const bytesMax = (title: string, description: string) =>
  Type.Integer({ default: 67_108_864, minimum: 1, title, description });

const templateMeaning = {
  meaning: 'Of Lua it may hold what computes; a template that defines functions or loads other modules is refused.',
};

/** What `body-transformer` can be told. */
export const bodyTransformerSchema = definePluginSchema({
  name: 'body-transformer',
  category: 'transform',
  priority: 1080,
  phases: ['rewrite', 'header_filter', 'body_filter'],
  title: 'Body transformer',
  description: 'Turns bodies of requests and responses into others by a template: XML into JSON, forms into XML.',
  differences: {
    'request.template': templateMeaning,
    'response.template': templateMeaning,
  },
  config: Type.Object(
    {
      request: Transform('Request', 'What the body of a request becomes.'),
      response: Transform('Response', 'What the body of a response becomes.'),
      max_req_body_size: bytesMax('Longest request', 'Bytes of a request; a longer one is refused.'),
      max_resp_body_size: bytesMax('Longest response', 'Bytes of a response; a longer one stays as it is.'),
    },
    { anyOf: [{ required: ['request'] }, { required: ['response'] }, { required: ['request', 'response'] }] },
  ),
  extraChecks: ({ request, response }, hooks) =>
    templateProblem('request', request, hooks) ?? templateProblem('response', response, hooks),
});

/** The two readings of a template: as it is written, and as what it says in Base64, where it is that. */
export interface TemplateTexts {
  /** Those that can ever count. */
  readonly meant: readonly string[];
  /** The one that counts for a body that is read in this way; undefined for one that nobody can read. */
  textFor(format: BodyFormat | undefined): string;
}

/** The readings of the template of a configuration. */
export function templateTexts({
  template,
  template_is_base64: isBase64,
  input_format,
}: TransformConfig): TemplateTexts {
  const decoded = textOfBase64(template) ?? template;
  const isDecodedFor = (format: BodyFormat | undefined): boolean =>
    isBase64 === true || (format !== undefined && format !== 'encoded' && format !== 'args');
  // Whatever is configured, a GET is read by its query.
  const formats = input_format === undefined ? ([undefined, 'json'] as const) : ([input_format, 'args'] as const);
  const textFor = (format: BodyFormat | undefined): string => (isDecodedFor(format) ? decoded : template);
  return { meant: [...new Set(formats.map(textFor))], textFor };
}

function templateProblem(
  where: string,
  config: TransformConfig | undefined,
  hooks: RuleHooks | undefined,
): string | undefined {
  if (config === undefined || hooks?.checkTemplate === undefined) return undefined;
  const wrong = templateTexts(config)
    .meant.map(hooks.checkTemplate)
    .find((problem) => problem !== undefined);
  return wrong === undefined ? undefined : `property "${where}.template" cannot be compiled: ${wrong}`;
}

function textOfBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 === 1) return undefined;
  const decoded = new TextDecoder('utf-8', { ignoreBOM: true });
  const bytes = Uint8Array.from(atob(text.replaceAll('=', '')), (char) => char.charCodeAt(0));
  const plain = decoded.decode(bytes);
  return plain.includes('\ufffd') ? undefined : plain;
}
