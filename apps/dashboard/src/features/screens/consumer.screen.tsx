import { defineScreen } from '../resources/screen.ts';
import { descriptionColumn, labelsColumn, pluginsColumn, updatedColumn } from './cells.tsx';

/** Consumers: who calls. */
export const consumerScreen = defineScreen({
  kind: 'consumer',
  columns: [
    { ...pluginsColumn, title: 'Credentials and plugins', isEssential: true },
    descriptionColumn,
    labelsColumn,
    updatedColumn,
  ],
  groups: {
    General: ['username', 'desc', 'labels', 'group_id'],
    Plugins: ['plugins'],
  },
  emptyHint: 'A consumer is somebody who calls through the gateway. Give one a key with the key-auth plugin.',
});
