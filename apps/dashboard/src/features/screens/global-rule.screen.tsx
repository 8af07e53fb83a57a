import { defineScreen } from '../resources/screen.ts';
import { pluginsColumn, updatedColumn } from './cells.tsx';

/** Global rules: plugins that run on every request. */
export const globalRuleScreen = defineScreen({
  kind: 'global_rule',
  columns: [{ ...pluginsColumn, isEssential: true }, updatedColumn],
  groups: {
    General: ['id'],
    Plugins: ['plugins'],
  },
  start: { plugins: {} },
  emptyHint: 'A global rule runs its plugins on every request, also on those that match no route.',
});
