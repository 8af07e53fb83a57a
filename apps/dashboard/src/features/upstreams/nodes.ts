import { isJsonObject } from '@sluice/schema';

/** One server, as the table of nodes edits it. Fields that the table does not show travel along. */
export interface NodeRow {
  readonly host: string;
  readonly port: number | undefined;
  readonly weight: number;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Which of the two spellings of nodes a value has. */
export type NodesForm = 'map' | 'list';

/** The spelling of a value; new ones become a list, which can say everything. */
export function formOf(value: unknown): NodesForm {
  return isJsonObject(value) ? 'map' : 'list';
}

/** The rows of a value in either spelling; undefined where it has neither, and only JSON can show it. */
export function rowsOf(value: unknown): NodeRow[] | undefined {
  if (value === undefined) return [];
  if (isJsonObject(value)) {
    const entries = Object.entries(value);
    return entries.every(([, weight]) => typeof weight === 'number')
      ? entries.map(([address, weight]) => ({ ...splitAddress(address), weight: weight as number, rest: {} }))
      : undefined;
  }
  if (!Array.isArray(value) || !value.every(isJsonObject)) return undefined;
  return value.map(({ host, port, weight, ...rest }) => ({
    host: typeof host === 'string' ? host : '',
    port: typeof port === 'number' ? port : undefined,
    weight: typeof weight === 'number' ? weight : 1,
    rest,
  }));
}

/** Rows in a spelling. A map has no room for two rows of one address or for other fields, so such rows become a list. */
export function nodesFrom(rows: readonly NodeRow[], form: NodesForm): unknown {
  if (rows.length === 0) return undefined;
  const addresses = new Set(rows.map(joinAddress));
  const fitsMap =
    addresses.size === rows.length && rows.every(({ host, rest }) => host && Object.keys(rest).length === 0);
  if (form === 'map' && fitsMap) return Object.fromEntries(rows.map((row) => [joinAddress(row), row.weight]));
  return rows.map(({ host, port, weight, rest }) => ({
    host,
    ...(port === undefined ? {} : { port }),
    weight,
    ...rest,
  }));
}

/** `host:port` in its parts; an IPv6 address keeps its brackets. */
function splitAddress(address: string): Pick<NodeRow, 'host' | 'port'> {
  const match = /^(.*):(\d+)$/.exec(address);
  return match ? { host: match[1] ?? '', port: Number(match[2]) } : { host: address, port: undefined };
}

function joinAddress({ host, port }: NodeRow): string {
  return port === undefined ? host : `${host}:${port}`;
}
