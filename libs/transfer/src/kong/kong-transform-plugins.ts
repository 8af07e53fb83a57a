import type { JsonObject } from '@sluice/schema';
import type { Conversion } from '../convert/conversion.ts';
import type { Fields } from '../convert/fields.ts';
import type { PluginConversion } from './kong-plugins.ts';

/** Plugins that change requests and responses. */
export const transformPlugins: Readonly<Record<string, PluginConversion>> = {
  cors: (config) => {
    const joined = (name: string, key: string): JsonObject => {
      const texts = config.texts(name);
      return texts.length > 0 ? { [key]: texts.join(',') } : {};
    };
    config.expect('preflight_continue', false).ignore('private_network');
    const maxAge = config.number('max_age');
    return {
      name: 'cors',
      config: {
        ...joined('origins', 'allow_origins'),
        ...joined('methods', 'allow_methods'),
        ...joined('headers', 'allow_headers'),
        ...joined('exposed_headers', 'expose_headers'),
        allow_credential: config.flag('credentials') ?? false,
        ...(maxAge !== undefined && { max_age: maxAge }),
      },
    };
  },
  'request-transformer': (config, conversion) => {
    const headers = headerChanges(config, conversion);
    const method = config.text('http_method');
    const { uri } = replacedUri(config);
    return {
      name: 'proxy-rewrite',
      config: { headers, ...(method !== undefined && { method }), ...(uri !== undefined && { uri }) },
    };
  },
  'response-transformer': (config, conversion) => {
    const { add, ...others } = headerChanges(config, conversion);
    // What is added to a response is a list of lines: a header may be there several times.
    const lines = Object.entries((add ?? {}) as Record<string, string>).map(([name, value]) => `${name}: ${value}`);
    return { name: 'response-rewrite', config: { headers: { ...others, ...(lines.length > 0 && { add: lines }) } } };
  },
  'request-termination': (config, conversion) => {
    const message = config.text('message');
    const body = config.text('body') ?? (message === undefined ? undefined : JSON.stringify({ message }));
    config.expect('echo', false);
    for (const name of ['content_type', 'trigger'])
      if (config.take(name) !== undefined) conversion.dropped(config.at(name), `${name} has no counterpart`);
    return {
      name: 'fault-injection',
      config: { abort: { http_status: config.number('status_code') ?? 503, ...(body !== undefined && { body }) } },
    };
  },
};

/** What is done to headers; what is done to query and body is reported. */
function headerChanges(config: Fields, conversion: Conversion): JsonObject {
  const remove = config.object('remove');
  const set = { ...pairs(config.object('rename'), conversion, true), ...pairs(config.object('replace'), conversion) };
  const add = { ...pairs(config.object('add'), conversion), ...pairs(config.object('append'), conversion) };
  const removed = remove.texts('headers');
  reportRest(remove, conversion);
  return {
    ...(Object.keys(set).length > 0 && { set }),
    ...(Object.keys(add).length > 0 && { add }),
    ...(removed.length > 0 && { remove: removed }),
  };
}

/** `Name: value`, as Kong writes a header. */
function pairs(action: Fields, conversion: Conversion, isRename = false): Record<string, string> {
  const headers = action.texts('headers');
  action.ignore('uri');
  reportRest(action, conversion);
  if (isRename && headers.length > 0) {
    conversion.dropped(action.at('headers'), 'headers are not renamed');
    return {};
  }
  return Object.fromEntries(
    headers.map((text) => {
      const at = text.indexOf(':');
      return at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    }),
  );
}

function reportRest(action: Fields, conversion: Conversion): void {
  for (const name of action.names) {
    const value = action.value[name];
    if (name === 'headers' || name === 'uri' || (Array.isArray(value) && value.length === 0)) continue;
    conversion.dropped(action.at(name), `${name} is not changed by any plugin here`);
  }
}

function replacedUri(config: Fields): { uri: string | undefined } {
  return { uri: config.object('replace').text('uri') };
}
