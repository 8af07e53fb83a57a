import { readFile } from 'node:fs/promises';

/** How short names become full ones (resolv.conf, `search` and `options ndots`). */
export interface SearchList {
  readonly domains: readonly string[];
  /** A name with as many dots is tried as it is before anything is added to it. */
  readonly dotsMin: number;
}

const noSearch: SearchList = { domains: [], dotsMin: 1 };
const dotsMax = 15;

/** Reads the search list of this machine; an empty one where there is none. */
export async function readSearchList(path: string): Promise<SearchList> {
  try {
    const text = await readFile(path, 'utf8');
    const [, domains = ''] = [...text.matchAll(/^\s*(?:search|domain)\s+(.+)$/gm)].at(-1) ?? [];
    const [, dots = '1'] = /^\s*options\s.*\bndots:(\d+)/m.exec(text) ?? [];
    return { domains: domains.trim().split(/\s+/).filter(Boolean), dotsMin: Math.min(Number(dots), dotsMax) };
  } catch {
    return noSearch;
  }
}

/** The full names that a name can stand for, in the order in which they are asked for. */
export function candidates(host: string, { domains, dotsMin }: SearchList): readonly string[] {
  if (host.endsWith('.')) return [host.slice(0, -1)];
  const dots = host.split('.').length - 1;
  const searched = domains.map((domain) => `${host}.${domain.replace(/\.$/, '')}`);
  return dots >= dotsMin ? [host, ...searched] : [...searched, host];
}
