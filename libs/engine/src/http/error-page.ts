import { STATUS_CODES } from 'node:http';

/** Clients and tests that know nginx look for its words, where they are not those of the registry. */
const titles: Readonly<Record<number, string | undefined>> = {
  401: 'Authorization Required',
  405: 'Not Allowed',
  408: 'Request Time-out',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  416: 'Requested Range Not Satisfiable',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** The page of plain gateway errors: what a browser shows where no plugin said anything better. */
export function errorPage(status: number, serverName: string): string {
  const title = `${status} ${titles[status] ?? STATUS_CODES[status] ?? 'Unknown'}`;
  return [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    `<hr><center>${serverName}</center>`,
    '</body>',
    '</html>',
    '',
  ].join('\r\n');
}
