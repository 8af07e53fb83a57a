import { FieldTable } from './field-table.ts';

const ofConnection = new FieldTable({
  connection: true,
  'keep-alive': true,
  'proxy-connection': true,
  'transfer-encoding': true,
});

/**
 * Whether a field speaks of one connection, or of how a body is cut up on it (RFC 9110, section 7.6.1): only the one who
 * writes to that connection can know.
 */
export function isOfConnection(name: string): boolean {
  return ofConnection.find(name) === true;
}
