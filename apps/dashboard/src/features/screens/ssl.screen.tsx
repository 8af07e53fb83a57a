import { defineScreen } from '../resources/screen.ts';
import { labelsColumn, statusColumn, textsOf, updatedColumn, wordsColumn } from './cells.tsx';
import { CertificateDetails, ValidUntil } from './certificate-cells.tsx';

/** Certificates with the names that they are for. */
export const sslScreen = defineScreen({
  kind: 'ssl',
  columns: [
    wordsColumn('Server names', (value) => textsOf(value, 'sni', 'snis'), { isEssential: true }),
    { title: 'Valid until', isEssential: true, cell: (resource) => <ValidUntil resource={resource} /> },
    wordsColumn('Use', (value) => [textsOf(value, 'type')[0] ?? 'server']),
    wordsColumn('Client certificates', (value) => (value['client'] === undefined ? [] : ['required'])),
    labelsColumn,
    { ...statusColumn, isEssential: false },
    updatedColumn,
  ],
  groups: {
    General: ['type', 'status', 'desc', 'labels'],
    Names: ['sni', 'snis'],
    Certificate: ['cert', 'key', 'certs', 'keys'],
    Handshake: ['ssl_protocols', 'client', 'ocsp_stapling'],
  },
  details: CertificateDetails,
  emptyHint: 'An SSL certificate is shown to clients that ask for one of its names on the HTTPS port.',
});
