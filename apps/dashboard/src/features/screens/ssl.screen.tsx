import { defineScreen } from '../resources/screen.ts';
import { labelsColumn, textsOf, updatedColumn, wordsColumn } from './cells.tsx';

/** Certificates with the names that they are for. */
export const sslScreen = defineScreen({
  kind: 'ssl',
  columns: [
    wordsColumn('Server names', (value) => textsOf(value, 'sni', 'snis'), { isEssential: true }),
    wordsColumn('Use', (value) => [textsOf(value, 'type')[0] ?? 'server']),
    wordsColumn('Client certificates', (value) => (value['client'] === undefined ? [] : ['required'])),
    labelsColumn,
    updatedColumn,
  ],
  groups: {
    General: ['type', 'status', 'desc', 'labels'],
    Names: ['sni', 'snis'],
    Certificate: ['cert', 'key', 'certs', 'keys'],
    Handshake: ['ssl_protocols', 'client'],
  },
  emptyHint: 'An SSL object is a certificate: clients that ask for one of its names get it on the HTTPS port.',
});
