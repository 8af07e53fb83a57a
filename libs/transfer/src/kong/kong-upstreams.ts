import type { JsonObject } from '@sluice/schema';
import { compact, type Conversion } from '../convert/conversion.ts';
import type { Fields } from '../convert/fields.ts';
import { healthChecks } from './kong-health-checks.ts';
import { referenceOf } from './kong-owners.ts';
import { bookkeeping, labelsOf } from './kong-tags.ts';

/** An upstream of Kong, ready to be used by services of one scheme. */
export interface KongUpstream {
  readonly value: JsonObject;
  /** What is sent as host unless the host of the client is kept. */
  readonly host: string;
  readonly path: string;
}

/** The upstreams of a configuration, by the names that services have as their host. */
export interface KongUpstreams {
  find(host: string): KongUpstream | undefined;
  /** Adds those that no service uses. */
  addRest(): void;
}

const algorithms: Readonly<Record<string, string>> = {
  'round-robin': 'roundrobin',
  'consistent-hashing': 'chash',
  'least-connections': 'least_conn',
  latency: 'ewma',
};

/** Reads upstreams with their targets. */
export function collectUpstreams(root: Fields, conversion: Conversion): KongUpstreams {
  const loose = root.objects('targets').map((target) => ({ target, upstream: referenceOf(target.take('upstream')) }));
  const upstreams = new Map<string, KongUpstream>();
  for (const upstream of root.objects('upstreams')) {
    const name = upstream.text('name') ?? '';
    const own = loose.filter((one) => one.upstream === name || one.upstream === upstream.value['id']);
    const targets = [...upstream.objects('targets'), ...own.map(({ target }) => target)];
    upstreams.set(name, readUpstream(upstream, name, targets, conversion));
  }
  const used = new Set<string>();
  return {
    find(host) {
      used.add(host);
      return upstreams.get(host);
    },
    addRest() {
      for (const [name, { value, path }] of upstreams)
        if (!used.has(name)) conversion.add('upstream', name, value, path);
    },
  };
}

function readUpstream(
  upstream: Fields,
  name: string,
  targets: readonly Fields[],
  conversion: Conversion,
): KongUpstream {
  upstream.ignore(...bookkeeping, 'slots', 'hash_on_cookie_path', 'use_srv_name', 'sticky_sessions_cookie');
  upstream.expect('hash_fallback', 'none').expect('client_certificate');
  const nodes = targets.flatMap((target) => nodeOf(target, conversion));
  const checks = healthChecks(upstream, conversion);
  const value = compact({
    name,
    type: algorithms[upstream.text('algorithm') ?? 'round-robin'] ?? 'roundrobin',
    ...hashing(upstream, conversion),
    nodes,
    ...(checks && { checks }),
    ...labelsOf(upstream),
  });
  const host = upstream.text('host_header') ?? name;
  upstream.finish();
  return { value, host, path: upstream.path };
}

function nodeOf(target: Fields, conversion: Conversion): JsonObject[] {
  target.ignore(...bookkeeping, 'upstream', 'tags');
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(target.text('target') ?? '') ?? [];
  const weight = target.number('weight') ?? 100;
  target.finish();
  const host = bracketed ?? plain;
  if (host !== undefined) return [{ host, port: Number(port ?? 8000), weight }];
  conversion.dropped(target.path, 'the target is not host and port');
  return [];
}

function hashing(upstream: Fields, conversion: Conversion): JsonObject {
  const on = upstream.text('hash_on') ?? 'none';
  const header = upstream.text('hash_on_header');
  const cookie = upstream.text('hash_on_cookie');
  const query = upstream.text('hash_on_query_arg');
  upstream.expect('hash_on_uri_capture').expect('hash_fallback_header').expect('hash_fallback_query_arg');
  if (on === 'none') return {};
  if (on === 'consumer') return { hash_on: 'consumer' };
  if (on === 'header' && header) return { hash_on: 'header', key: header };
  if (on === 'cookie' && cookie) return { hash_on: 'cookie', key: cookie };
  if (on === 'query_arg' && query) return { hash_on: 'vars', key: `arg_${query}` };
  if (on === 'path') return { hash_on: 'vars', key: 'uri' };
  if (on !== 'ip') conversion.changed(upstream.at('hash_on'), `hash_on ${on} becomes the address of the client`);
  return { hash_on: 'vars', key: 'remote_addr' };
}
