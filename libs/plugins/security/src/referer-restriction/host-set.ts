/** Whether a host, in lower case, is listed. */
export type HostSet = (host: string) => boolean;

/** Compiles hosts, in which a leading `*` stands for any prefix, also for none. */
export function hostSet(hosts: readonly string[]): HostSet {
  const lower = hosts.map((host) => host.toLowerCase());
  const exact = new Set(lower.filter((host) => !host.startsWith('*')));
  const suffixes = lower.filter((host) => host.startsWith('*')).map((host) => host.slice(1));
  return (host) => exact.has(host) || suffixes.some((suffix) => host.endsWith(suffix));
}

/** The host of an absolute URL, in lower case and without its port; undefined where the text is none. */
export function hostOfUrl(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const { hostname } = new URL(text);
  return hostname === '' ? undefined : hostname;
}
