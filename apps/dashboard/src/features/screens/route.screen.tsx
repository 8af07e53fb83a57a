import { Text } from '@mantine/core';
import { ExplainLink } from '../playground/explain-link.tsx';
import { defineScreen } from '../resources/screen.ts';
import { NodeHealth } from '../upstreams/node-health.tsx';
import { pluginsColumn, statusColumn, textsOf, updatedColumn, Words, wordsColumn } from './cells.tsx';
import { Target } from './target.tsx';

/** Routes: which requests, where to. */
export const routeScreen = defineScreen({
  kind: 'route',
  columns: [
    {
      title: 'Path',
      isEssential: true,
      cell: ({ value }) => (
        <>
          <Words words={textsOf(value, 'uri', 'uris')} isCode />
          <Text size="xs" c="dimmed" component="div">
            <Words words={textsOf(value, 'host', 'hosts')} isCode />
          </Text>
        </>
      ),
    },
    wordsColumn('Methods', (value) => textsOf(value, 'methods')),
    { title: 'Target', cell: ({ value }) => <Target value={value} /> },
    pluginsColumn,
    statusColumn,
    updatedColumn,
  ],
  groups: {
    General: ['name', 'desc', 'labels', 'status'],
    Match: ['uri', 'uris', 'methods', 'host', 'hosts'],
    Target: ['upstream', 'upstream_id', 'service_id', 'timeout', 'enable_websocket'],
    Plugins: ['plugins', 'plugin_config_id', 'script', 'script_id'],
    'Further conditions': ['remote_addr', 'remote_addrs', 'vars', 'filter_func', 'priority'],
  },
  actions: ExplainLink,
  details: NodeHealth,
  widgets: { '/status': 'route-status', '/upstream/nodes': 'nodes' },
  emptyHint: 'A route says which requests are meant, what happens to them, and where they go.',
});
