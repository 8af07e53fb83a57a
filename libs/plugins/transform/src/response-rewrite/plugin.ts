import { definePlugin, fieldTemplate, type HeaderFields, type Kit, type RequestContext } from '@sluice/plugin-kit';
import { forgetBody } from '../shared/body-headers.ts';
import { isReadable } from '../shared/unpack-body.ts';
import { filteredBody, replacedBody, textFilter } from './body-filters.ts';
import { headerChanges, type ResponseHeaderChanges, responseRewriteSchema } from './schema.ts';

const CODING = Symbol('content coding');

/** Changes a response on its way to the client, also one that the gateway gives itself. */
export const responseRewrite = definePlugin(responseRewriteSchema, (config, kit) => {
  const { log, template } = kit;
  const isMeant = config.vars && kit.expression(config.vars);
  const editHeaders = config.headers && headerEditor(headerChanges(config.headers), template);
  const body = config.body === undefined ? undefined : Buffer.from(config.body, config.body_base64 ? 'base64' : 'utf8');
  const filter = config.filters && textFilter(config.filters);
  const changesBody = body !== undefined || filter !== undefined;

  return {
    responseHeader(ctx) {
      if (isMeant && !isMeant(ctx)) return;
      const { response } = ctx;
      if (config.status_code !== undefined) response.status = config.status_code;
      if (changesBody) {
        const coding = response.headers.get('content-encoding')?.toLowerCase();
        if (body !== undefined || isReadable(coding)) {
          ctx.state.set(CODING, coding);
          forgetBody(response.headers);
        } else log.warn('A body of this content coding cannot be filtered.', { coding, request: ctx.id });
      }
      editHeaders?.(ctx);
    },
    responseBody(ctx) {
      if (!ctx.state.has(CODING)) return undefined;
      if (body !== undefined || filter === undefined) return replacedBody(body ?? Buffer.of());
      return filteredBody(filter, ctx.state.get(CODING) as string | undefined, config.max_resp_body_size, {
        onCutOff: () => log.warn('A body was cut off to be filtered.', { request: ctx.id }),
        onUnreadable: (error) => log.warn('A body could not be unpacked to be filtered.', { error, request: ctx.id }),
      });
    },
  };
});

/** Changes are made in the order add, set, remove, so that the strongest has the last word. */
function headerEditor({ add = [], set = {}, remove = [] }: ResponseHeaderChanges, template: Kit['template']) {
  const added = add.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim(), fieldTemplate(line.slice(colon + 1).trim(), template)] as const;
  });
  const replaced = Object.entries(set).map(([name, value]) => [name, fieldTemplate(String(value), template)] as const);
  return (ctx: RequestContext): void => {
    const headers: HeaderFields = ctx.response.headers;
    for (const [name, value] of added) headers.append(name, value(ctx));
    for (const [name, value] of replaced) replaceHeader(headers, name, value(ctx));
    for (const name of remove) headers.remove(name);
  };
}

/** No type of content is empty (RFC 9110, section 8.3): such a line would only mislead clients. */
function replaceHeader(headers: HeaderFields, name: string, value: string): void {
  if (value === '' && name.toLowerCase() === 'content-type') headers.remove(name);
  else headers.set(name, value);
}
