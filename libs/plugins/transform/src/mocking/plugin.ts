import {
  bytesText,
  definePlugin,
  fieldText,
  type Kit,
  type Reply,
  reply,
  type RequestContext,
  waitFor,
} from '@sluice/plugin-kit';
import { headerTemplates } from '../shared/header-template.ts';
import { madeUpValue, xmlOf } from './made-up.ts';
import { mediaType, mockingSchema } from './schema.ts';

/** Stands in for an upstream that does not exist yet. */
export const mocking = definePlugin(mockingSchema, (config, { template }) => {
  const body = bodyOf(config, template);
  const own = headerTemplates(config.response_headers ?? {}, template);
  const fixed = {
    'Content-Type': fieldText(bytesText(config.content_type)),
    ...(config.with_mock_header && { 'x-mock-by': 'Sluice' }),
  };

  const answer = (ctx: RequestContext): Reply => reply(config.response_status, body(ctx), { ...fixed, ...own(ctx) });

  return {
    access(ctx) {
      if (config.delay === 0 || ctx.isRehearsal) return answer(ctx);
      return waitFor(config.delay * 1000, ctx.signal).then(() => answer(ctx));
    },
  };
});

interface BodyFields {
  readonly content_type: string;
  readonly response_example?: string | undefined;
  readonly response_schema?: Readonly<Record<string, unknown>> | undefined;
}

function bodyOf(
  { content_type: type, response_example: example, response_schema: schema }: BodyFields,
  template: Kit['template'],
) {
  if (example !== undefined) return template(example);
  const isXml = mediaType(type).endsWith('/xml');
  return () => {
    const value = madeUpValue(schema ?? {});
    return isXml ? xmlOf('data', value) : JSON.stringify(value);
  };
}
