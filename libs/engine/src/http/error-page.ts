import { STATUS_CODES } from 'node:http';

/** The page of plain gateway errors: what a browser shows where no plugin said anything better. */
export function errorPage(status: number, serverName: string): string {
  const title = `${status} ${STATUS_CODES[status] ?? 'Unknown'}`;
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
