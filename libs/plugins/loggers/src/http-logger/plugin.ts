import { definePlugin } from '@sluice/plugin-kit';
import type { EntryMaker } from '../shared/log-entry.ts';
import { entryMakerFor, loggerHooks } from '../shared/logger-hooks.ts';
import { httpLoggerSchema } from './schema.ts';

/** Sends entries to a service over HTTP. */
export const httpLogger = definePlugin(httpLoggerSchema, (config, kit) => {
  const client = kit.http({ timeoutMs: config.timeout * 1000, verifiesTls: config.ssl_verify });
  const isJson = config.concat_method === 'json';
  const headers = {
    'Content-Type': isJson ? 'application/json' : 'text/plain',
    ...(config.auth_header !== undefined && { Authorization: config.auth_header }),
  };
  const deliver = async (batch: readonly unknown[]): Promise<void> => {
    const content = config.batch_max_size === 1 ? batch[0] : batch;
    const body = isJson ? JSON.stringify(content) : batch.map((entry) => JSON.stringify(entry)).join('\n');
    const answer = await client.request(config.uri, { method: 'POST', headers, body });
    answer.discard();
    if (answer.status >= 400) throw new Error(`the service answered ${answer.status}`);
  };
  return loggerHooks('http-logger', config, kit, deliver, { entryOf: naming(entryMakerFor(config, kit)) });
});

/** Services that take these entries expect a route in each. */
function naming(entryOf: EntryMaker): EntryMaker {
  return (ctx, bodies) => {
    const entry = entryOf(ctx, bodies);
    return ctx.route === undefined ? { ...entry, route_id: 'no-matched' } : entry;
  };
}
