import { routeKind, upstreamKind } from '@sluice/schema';
import { expect, test } from 'vitest';
import type { JsonSchema } from '../../api/types.ts';
import { offeredSchema, refusedIn } from './offered.ts';

/** As it comes from the control plane. */
const route = { name: 'route', schema: JSON.parse(JSON.stringify(routeKind.schema)) as JsonSchema };
const upstream = { name: 'upstream', schema: JSON.parse(JSON.stringify(upstreamKind.schema)) as JsonSchema };

type Properties = Readonly<Record<string, { readonly enum?: readonly unknown[]; readonly properties?: Properties }>>;
const fieldsOf = (schema: JsonSchema) => schema['properties'] as Properties;

test('a field that no write may have is not offered', () => {
  const fields = fieldsOf(offeredSchema(route, []));

  expect(Object.keys(fields)).toContain('vars');
  expect(Object.keys(fields)).not.toContain('script');
  expect(Object.keys(fields)).not.toContain('script_id');
  expect(Object.keys(fields['upstream']?.properties ?? {})).not.toContain('discovery_args');
});

test('one that a draft has all the same stays, so that its error has a place', () => {
  const fields = fieldsOf(offeredSchema(route, refusedIn(route, { script: 'x', upstream: { discovery_args: {} } })));

  expect(Object.keys(fields)).toContain('script');
  expect(Object.keys(fields)).not.toContain('script_id');
  expect(Object.keys(fields['upstream']?.properties ?? {})).toContain('discovery_args');
});

test('of several values only those are offered that are served', () => {
  expect(fieldsOf(offeredSchema(upstream, []))['scheme']?.enum).toEqual(['grpc', 'grpcs', 'http', 'https']);
});

test('a kind of which everything is served is left as it is', () => {
  const consumer = { name: 'consumer', schema: { type: 'object', properties: { username: {} } } };

  expect(offeredSchema(consumer, [])).toBe(consumer.schema);
});
