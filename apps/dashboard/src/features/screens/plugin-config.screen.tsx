import { defineScreen } from '../resources/screen.ts';
import { descriptionColumn, labelsColumn, pluginsColumn, updatedColumn } from './cells.tsx';

/** Plugin configs: plugins that several routes share. */
export const pluginConfigScreen = defineScreen({
  kind: 'plugin_config',
  columns: [{ ...pluginsColumn, isEssential: true }, descriptionColumn, labelsColumn, updatedColumn],
  groups: {
    General: ['name', 'desc', 'labels'],
    Plugins: ['plugins'],
  },
  start: { plugins: {} },
  emptyHint: 'A plugin config is a set of plugins that routes add by naming its id.',
});
