import { defineScreen } from '../resources/screen.ts';
import { NodeHealth } from '../upstreams/node-health.tsx';
import { labelsColumn, textsOf, updatedColumn, Words, wordsColumn } from './cells.tsx';
import { nodeAddresses } from './target.tsx';

/** Upstreams: the servers behind one name. */
export const upstreamScreen = defineScreen({
  kind: 'upstream',
  columns: [
    {
      title: 'Nodes',
      isEssential: true,
      cell: ({ value }) => <Words words={nodeAddresses(value['nodes'])} isCode />,
    },
    wordsColumn('Scheme', (value) => [textsOf(value, 'scheme')[0] ?? 'http']),
    wordsColumn('Algorithm', (value) => [textsOf(value, 'type')[0] ?? 'roundrobin']),
    labelsColumn,
    updatedColumn,
  ],
  groups: {
    General: ['name', 'desc', 'labels'],
    Target: ['nodes', 'discovery_type', 'service_name', 'discovery_args'],
    Requests: ['scheme', 'tls', 'pass_host', 'upstream_host'],
    Balancing: ['type', 'hash_on', 'key'],
    Reliability: ['retries', 'retry_timeout', 'timeout', 'checks', 'keepalive_pool'],
  },
  details: NodeHealth,
  widgets: { '/nodes': 'nodes' },
  emptyHint: 'An upstream is a group of servers that routes and services send requests to.',
});
