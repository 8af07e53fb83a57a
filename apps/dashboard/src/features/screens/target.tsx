import { Text } from '@mantine/core';
import type { JSX } from 'react';
import type { JsonRecord } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { Words } from './cells.tsx';

/** Where the requests of a route or service go: a named object, or servers of its own. */
export function Target({ value }: { readonly value: JsonRecord }): JSX.Element | null {
  const group = useGroup();
  for (const [field, plural, label] of [
    ['service_id', 'services', 'service'],
    ['upstream_id', 'upstreams', 'upstream'],
  ] as const) {
    const id = value[field];
    if (id === undefined) continue;
    return (
      <TextLink size="sm" style={{ whiteSpace: 'nowrap' }} to={paths.resource(group, plural, String(id))}>
        {label} {String(id)}
      </TextLink>
    );
  }
  const { upstream } = value;
  if (!isObject(upstream)) return null;
  const addresses = nodeAddresses(upstream['nodes']);
  return addresses.length > 0 ? <Words words={addresses} isCode /> : <Text size="sm">own upstream</Text>;
}

/** The servers of an upstream as `host:port`, whichever way they are spelled. */
export function nodeAddresses(nodes: unknown): string[] {
  if (Array.isArray(nodes))
    return nodes.filter(isObject).map(({ host, port }) => [host, port].filter(Boolean).join(':'));
  return isObject(nodes) ? Object.keys(nodes) : [];
}

/** Written here, since lists do without the schema package, which comes with the first editor. */
function isObject(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
