import { defineScreen } from '../resources/screen.ts';
import { labelsColumn, textsOf, updatedColumn, wordsColumn } from './cells.tsx';
import { Target } from './target.tsx';

/** Stream routes: which TCP and UDP streams are meant, and where they go. */
export const streamRouteScreen = defineScreen({
  kind: 'stream_route',
  columns: [
    wordsColumn('Matches', (value) => textsOf(value, 'server_port', 'server_addr', 'remote_addr', 'sni'), {
      isEssential: true,
    }),
    { title: 'Target', cell: ({ value }) => <Target value={value} /> },
    labelsColumn,
    updatedColumn,
  ],
  groups: {
    General: ['name', 'desc', 'labels'],
    Match: ['server_port', 'server_addr', 'remote_addr', 'sni'],
    Target: ['service_id', 'upstream_id', 'upstream'],
    Plugins: ['plugins', 'protocol'],
  },
  emptyHint: 'A stream route sends TCP and UDP streams to an upstream.',
});
