/** What the address of the playground says: enough to ask the same again, and nothing that is somebody's secret. */
export interface RequestSearch {
  readonly method?: string;
  readonly scheme?: 'https';
  readonly host?: string;
  readonly path?: string;
  readonly client_ip?: string;
  /** Id of the data plane to ask. */
  readonly instance?: string;
}

/** Reads a request from an address; what makes no sense is left out. */
export function readRequestSearch(raw: Record<string, unknown>): RequestSearch {
  const method = textOf(raw['method'])?.toUpperCase();
  const path = textOf(raw['path']);
  return {
    ...(method !== undefined && /^[A-Z]{1,20}$/.test(method) ? { method } : {}),
    ...(raw['scheme'] === 'https' ? { scheme: 'https' as const } : {}),
    ...optional('host', textOf(raw['host'])),
    ...(path?.startsWith('/') ? { path } : {}),
    ...optional('client_ip', textOf(raw['client_ip'])),
    ...optional('instance', textOf(raw['instance'])),
  };
}

/** A number in an address is still a text. */
function textOf(value: unknown): string | undefined {
  const isWord = typeof value === 'string' || typeof value === 'number';
  return isWord && value !== '' ? String(value) : undefined;
}

function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string };
}
