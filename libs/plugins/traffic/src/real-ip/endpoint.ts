import { isIP } from 'node:net';

const PORT_MAX = 65_535;

/** An address, and the port where one is named. */
export interface Endpoint {
  readonly ip: string;
  readonly port: number | undefined;
}

/** Reads `ip`, `ip:port`, `[v6]` and `[v6]:port`; undefined where it is none of them. */
export function parseEndpoint(text: string): Endpoint | undefined {
  if (isIP(text) !== 0) return { ip: text, port: undefined };
  const parts = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text);
  const ip = parts?.[1] ?? parts?.[2];
  if (!parts || ip === undefined || isIP(ip) === 0) return undefined;
  if (parts[3] === undefined) return { ip, port: undefined };
  const port = Number(parts[3]);
  return port >= 1 && port <= PORT_MAX ? { ip, port } : undefined;
}
