import { lazy } from 'react';
import type { Screen, ScreenCatalogue } from '../resources/screen.ts';
import { descriptionColumn, labelsColumn, updatedColumn } from './cells.tsx';
import { consumerGroupScreen } from './consumer-group.screen.tsx';
import { consumerScreen } from './consumer.screen.tsx';
import { credentialScreen } from './credential.screen.tsx';
import { globalRuleScreen } from './global-rule.screen.tsx';
import { graphqlCostDecorationScreen } from './graphql-cost-decoration.screen.tsx';
import { pluginConfigScreen } from './plugin-config.screen.tsx';
import { protoScreen } from './proto.screen.tsx';
import { routeScreen } from './route.screen.tsx';
import { secretScreen } from './secret.screen.tsx';
import { serviceScreen } from './service.screen.tsx';
import { sslScreen } from './ssl.screen.tsx';
import { streamRouteScreen } from './stream-route.screen.tsx';
import { upstreamScreen } from './upstream.screen.tsx';

const screens: readonly Screen[] = [
  routeScreen,
  serviceScreen,
  upstreamScreen,
  consumerScreen,
  credentialScreen,
  consumerGroupScreen,
  pluginConfigScreen,
  globalRuleScreen,
  sslScreen,
  secretScreen,
  protoScreen,
  streamRouteScreen,
  graphqlCostDecorationScreen,
];

/** What this build knows about kinds beyond their schemas. */
export const screenCatalogue: ScreenCatalogue = {
  screens: new Map(screens.map((screen) => [screen.kind, screen])),
  // Their code comes with the first editor that needs it.
  widgets: {
    'route-status': lazy(() => import('./status-widget.tsx').then((module) => ({ default: module.StatusWidget }))),
    plugins: lazy(() => import('../plugins/plugins-widget.tsx').then((module) => ({ default: module.PluginsWidget }))),
    nodes: lazy(() => import('../upstreams/nodes-widget.tsx').then((module) => ({ default: module.NodesWidget }))),
  },
  defaultColumns: [descriptionColumn, labelsColumn, updatedColumn],
};
