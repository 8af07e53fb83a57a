import type { ErrorSpec } from '@sluice/errors';
import { markdownTable } from './markdown-table.ts';

/** The reference page of all errors. Codes are stable and never used again for something else. */
export function errorPage(errors: ReadonlyMap<string, ErrorSpec>): string {
  const rows = [...errors].map(([code, { status, source, retryable, message }]) => [
    `\`${code}\``,
    status,
    source,
    retryable ? 'yes' : 'no',
    message,
  ]);
  return [
    '# Errors',
    '',
    'What the message says is all that a stranger learns; the details are in the log, beside the request id. *Source* is',
    'whose fault it is, *retry* whether trying again may help.',
    '',
    markdownTable(['Code', 'Status', 'Source', 'Retry', 'Message'], rows),
    '',
  ].join('\n');
}
