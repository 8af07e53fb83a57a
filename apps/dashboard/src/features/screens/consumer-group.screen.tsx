import { defineScreen } from '../resources/screen.ts';
import { descriptionColumn, labelsColumn, pluginsColumn, updatedColumn } from './cells.tsx';

/** Consumer groups: plugins that several consumers share. */
export const consumerGroupScreen = defineScreen({
  kind: 'consumer_group',
  columns: [{ ...pluginsColumn, isEssential: true }, descriptionColumn, labelsColumn, updatedColumn],
  groups: {
    General: ['name', 'desc', 'labels'],
    Plugins: ['plugins'],
  },
  start: { plugins: {} },
  emptyHint: 'A consumer group is a set of plugins, such as a limit, for all consumers that name its id.',
});
