import type { AnyPlugin } from '@sluice/plugin-kit';
import { startGateway, type TestGateway, type TestResponse, type TestUpstream } from '@sluice/testing';
import type { CataloguePlugin } from '../catalogue/read-plugins.ts';
import { routeWith } from './example-resources.ts';
import type { WatchedPlugin } from './watched-plugin.ts';

/**
 * A gateway with every plugin of this build, one of them watched, and a route without any. Names lead nowhere, so that
 * examples ask nobody outside.
 */
export async function gatewayOfAll(
  catalogue: readonly CataloguePlugin[],
  watch: WatchedPlugin,
  upstream: TestUpstream,
  ...more: readonly AnyPlugin[]
): Promise<TestGateway> {
  const { schema } = watch.plugin;
  const plugins = catalogue.map((one) => (one.name === schema.name ? watch.plugin : one.plugin));
  return startGateway([...plugins, ...more], [routeWith(schema, undefined, upstream.url)], {
    lookup: (host) => Promise.reject(new Error(`${host} is not asked for in a test`)),
  });
}

/** What of an answer does not change from one to the next. */
export function comparable({ statusCode, headers: { date: _date, ...headers }, body }: TestResponse) {
  return { statusCode, headers, body };
}
