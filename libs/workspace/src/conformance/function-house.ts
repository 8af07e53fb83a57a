import { resolve } from 'node:path';
import {
  ending,
  startGateway,
  startUpstream,
  type TestGateway,
  type TestResource,
  type TestUpstream,
} from '@sluice/testing';
import { readPlugins } from '../catalogue/read-plugins.ts';
import { readWorkspace } from '../projects/read-workspace.ts';

const workspace = readWorkspace(resolve(import.meta.dirname, '../../../..'));
const plugins = (await readPlugins(workspace)).map(({ plugin }) => plugin);

/** The plugin whose functions run first in a phase. */
export const pre = 'serverless-pre-function';

/** The plugin whose functions run last in a phase. */
export const post = 'serverless-post-function';

/** A route for everything. */
export const routeOf = (value: object): TestResource => ({ kind: 'route', id: '1', value: { uri: '/*', ...value } });

/** A gateway with all plugins, and what it sends to. */
export interface FunctionHouse extends AsyncDisposable {
  readonly upstream: TestUpstream;
  readonly gateway: TestGateway;
}

/** Starts a gateway with all plugins before an upstream that answers with what it was asked. */
export async function functionHouse(resources: (upstream: string) => readonly TestResource[]): Promise<FunctionHouse> {
  const upstream = await startUpstream(({ url, headers }, res) =>
    res.end(JSON.stringify({ url, headers, order: headers['x-order'] })),
  );
  const gateway = await startGateway(plugins, resources(upstream.url));
  return ending({ upstream, gateway }, gateway, upstream);
}
