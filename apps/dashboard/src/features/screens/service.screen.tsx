import { defineScreen } from '../resources/screen.ts';
import { NodeHealth } from '../upstreams/node-health.tsx';
import { labelsColumn, pluginsColumn, textsOf, updatedColumn, wordsColumn } from './cells.tsx';
import { Target } from './target.tsx';

/** Services: what several routes share. */
export const serviceScreen = defineScreen({
  kind: 'service',
  columns: [
    wordsColumn('Hosts', (value) => textsOf(value, 'hosts')),
    { title: 'Target', isEssential: true, cell: ({ value }) => <Target value={value} /> },
    pluginsColumn,
    labelsColumn,
    updatedColumn,
  ],
  groups: {
    General: ['name', 'desc', 'labels'],
    Match: ['hosts'],
    Target: ['upstream', 'upstream_id', 'enable_websocket'],
    Plugins: ['plugins', 'script'],
  },
  widgets: { '/upstream/nodes': 'nodes' },
  details: NodeHealth,
  emptyHint: 'A service keeps what several routes share: hosts, servers and plugins.',
});
