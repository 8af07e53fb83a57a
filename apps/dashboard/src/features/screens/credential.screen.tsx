import { defineScreen } from '../resources/screen.ts';
import { descriptionColumn, pluginsColumn, updatedColumn } from './cells.tsx';

/** Credentials: the ways in which a consumer proves who it is. */
export const credentialScreen = defineScreen({
  kind: 'credential',
  columns: [{ ...pluginsColumn, title: 'Plugin', isEssential: true }, descriptionColumn, updatedColumn],
  groups: {
    General: ['name', 'desc', 'labels'],
    Plugins: ['plugins'],
  },
  start: { plugins: {} },
  emptyHint: 'A credential is one way in which a consumer proves who it is, such as a key for each of its devices.',
});
