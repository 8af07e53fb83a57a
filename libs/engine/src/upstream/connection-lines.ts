import { listMembers } from '../http/field-name.ts';

/** Asks the upstream to go on as WebSocket, whatever else the client said of its connection. */
export const upgradeLines = 'Upgrade: websocket\r\nConnection: Upgrade\r\n';

/** Asks the upstream to close the connection after its answer. */
export const closeLine = 'Connection: close\r\n';

const keepAliveLine = 'Connection: keep-alive\r\n';

/**
 * What a route with WebSocket passes on of the client's `Connection` where the request is an ordinary one: only whether the
 * connection is to be kept. Any other member names something that ends at the gateway.
 */
export function connectionLine(connection: string | undefined): string {
  if (connection === undefined) return '';
  const members = listMembers(connection);
  if (members.includes('close')) return closeLine;
  return members.includes('keep-alive') ? keepAliveLine : '';
}
