import { defineScreen } from '../resources/screen.ts';
import { textsOf, updatedColumn, wordsColumn } from './cells.tsx';

/** Secret stores: where secrets are kept that the configuration refers to. */
export const secretScreen = defineScreen({
  kind: 'secret',
  columns: [
    wordsColumn('Address', (value) => textsOf(value, 'uri'), { isEssential: true }),
    wordsColumn('Path prefix', (value) => textsOf(value, 'prefix')),
    updatedColumn,
  ],
  groups: { Store: ['uri', 'prefix', 'namespace', 'token'] },
  start: { id: 'vault/' },
  emptyHint:
    'A secret store lets plugins refer to secrets by $secret://<store>/<secret>/<key> instead of holding them.',
});
