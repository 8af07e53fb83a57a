import type { JsonObject } from '@sluice/schema';
import type { Conversion } from '../convert/conversion.ts';
import type { Fields } from '../convert/fields.ts';
import type { PluginConversion } from './kong-plugins.ts';

const seconds: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3_600,
  day: 86_400,
  month: 2_592_000,
  year: 31_536_000,
};

const MIB = 1024 * 1024;
const bytesPer: Readonly<Record<string, number>> = { megabytes: MIB, kilobytes: 1024, bytes: 1 };

/** Plugins that set limits. */
export const limitPlugins: Readonly<Record<string, PluginConversion>> = {
  'rate-limiting': (config, conversion) => {
    const windows = Object.entries(seconds).flatMap(([unit, window]) => {
      const count = config.number(unit);
      return count === undefined ? [] : [{ unit, count, time_window: window }];
    });
    const [only] = windows;
    if (!only) {
      conversion.dropped(config.path, 'there is no limit in it');
      return undefined;
    }
    const key = keyOf(config, conversion);
    const message = config.text('error_message');
    const hidesQuota = config.flag('hide_client_headers') ?? false;
    config.ignore('throttling');
    return {
      name: 'limit-count',
      config: {
        ...(windows.length === 1
          ? { count: only.count, time_window: only.time_window, ...key }
          : { rules: windows.map((window) => ruleOf(window, key.key)) }),
        rejected_code: config.number('error_code') ?? 429,
        ...(message !== undefined && { rejected_msg: message }),
        allow_degradation: config.flag('fault_tolerant') ?? true,
        ...(hidesQuota && { show_limit_quota_header: false }),
        ...storeOf(config, conversion),
      },
    };
  },
  'request-size-limiting': (config) => {
    const size = config.number('allowed_payload_size') ?? 128;
    const unit = config.text('size_unit') ?? 'megabytes';
    config.expect('require_content_length', false);
    return { name: 'client-control', config: { max_body_size: size * (bytesPer[unit] ?? MIB) } };
  },
  'proxy-cache': (config, conversion) => {
    const methods = config.texts('request_method').filter((method) => ['GET', 'HEAD', 'POST'].includes(method));
    conversion.changed(config.path, 'where the cache is kept and how large it is are settings of the data plane');
    config
      .ignore('memory', 'strategy', 'storage_ttl', 'response_headers')
      .expect('vary_headers')
      .expect('vary_query_params');
    config.expect('content_type', ['text/plain', 'application/json']).expect('ignore_uri_case', false);
    const statuses = config.take('response_code');
    return {
      name: 'proxy-cache',
      config: {
        cache_strategy: 'memory',
        cache_zone: 'memory_cache',
        cache_ttl: config.number('cache_ttl') ?? 300,
        cache_control: config.flag('cache_control') ?? false,
        ...(methods.length > 0 && { cache_method: methods }),
        ...(Array.isArray(statuses) && { cache_http_status: statuses }),
      },
    };
  },
};

/** Several rules need keys that differ, so that each has a counter of its own. */
function ruleOf(
  { unit, ...limit }: { readonly unit: string; readonly count: number; readonly time_window: number },
  key: string,
) {
  return { ...limit, key: `${unit}:\${${key}}` };
}

/** By whom requests are counted. */
function keyOf(config: Fields, conversion: Conversion): { key: string; key_type: string } {
  const limitBy = config.text('limit_by') ?? 'consumer';
  const header = config.text('header_name');
  const path = config.text('path');
  if (limitBy === 'header' && header) return variable(`http_${header.toLowerCase().replaceAll('-', '_')}`);
  if (limitBy === 'consumer' || limitBy === 'credential') return variable('consumer_name');
  if (limitBy === 'service') return variable('service_id');
  if (limitBy === 'path' && path) return variable('uri');
  if (limitBy !== 'ip')
    conversion.changed(config.at('limit_by'), `limit_by ${limitBy} becomes the address of the client`);
  return variable('remote_addr');
}

function variable(key: string): { key: string; key_type: string } {
  return { key, key_type: 'var' };
}

/** Where a limit is counted. Older versions say it in fields of the plugin itself. */
function storeOf(config: Fields, conversion: Conversion): JsonObject {
  const policy = config.text('policy') ?? 'local';
  const nested = config.object('redis');
  const inRedis = redisOf(config, (name) => `redis_${name}`);
  const own = { ...inRedis, ...redisOf(nested, (name) => name) };
  nested.finish();
  const everySeconds = config.number('sync_rate') ?? -1;
  if (policy !== 'redis' || own['redis_host'] === undefined) {
    if (policy !== 'local')
      conversion.changed(config.at('policy'), `policy ${policy}: each data plane counts for itself`);
    return { policy: 'local' };
  }
  return { policy: 'redis', ...own, ...(everySeconds >= syncSecondsMin && { sync_interval: everySeconds }) };
}

/** A shorter interval than this is no interval: then each request is counted in Redis. */
const syncSecondsMin = 0.1;

function redisOf(fields: Fields, nameOf: (name: string) => string): Record<string, string | number | boolean> {
  const values = {
    redis_host: fields.text(nameOf('host')),
    redis_port: fields.number(nameOf('port')),
    redis_username: fields.text(nameOf('username')),
    redis_password: fields.text(nameOf('password')),
    redis_database: fields.number(nameOf('database')),
    redis_timeout: fields.number(nameOf('timeout')),
    redis_ssl: fields.flag(nameOf('ssl')),
    redis_ssl_verify: fields.flag(nameOf('ssl_verify')),
  };
  fields.expect(nameOf('server_name'));
  const given = Object.entries(values).filter(
    (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
  );
  return Object.fromEntries(given);
}
