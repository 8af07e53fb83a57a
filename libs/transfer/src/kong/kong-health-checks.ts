import type { JsonObject } from '@sluice/schema';
import { compact, type Conversion } from '../convert/conversion.ts';
import type { Fields } from '../convert/fields.ts';

/** Health checks of an upstream; undefined where there are none, as without intervals and thresholds. */
export function healthChecks(upstream: Fields, conversion: Conversion): JsonObject | undefined {
  const checks = upstream.object('healthchecks');
  checks.ignore('threshold');
  const [active, passive] = [checks.object('active'), checks.object('passive')];
  checks.finish();
  const probe = activeCheck(active);
  const observed = passiveCheck(passive);
  if (!probe) {
    if (observed) conversion.dropped(passive.path, 'passive checks need active ones, which tell when a node is back');
    return undefined;
  }
  return { active: probe, ...(observed && { passive: observed }) };
}

function activeCheck(check: Fields): JsonObject | undefined {
  check.expect('headers', {}).expect('https_sni');
  const type = check.text('type') ?? 'http';
  const about = compact({
    type: type === 'grpc' || type === 'grpcs' ? 'tcp' : type,
    timeout: check.number('timeout'),
    concurrency: check.number('concurrency'),
    http_path: check.text('http_path'),
    https_verify_certificate: check.flag('https_verify_certificate'),
  });
  const [healthy, unhealthy] = [side(check.object('healthy')), side(check.object('unhealthy'))];
  check.finish();
  const isOn = Number(healthy['interval'] ?? 0) > 0 || Number(unhealthy['interval'] ?? 0) > 0;
  return isOn ? { ...about, healthy: probing(healthy), unhealthy: probing(unhealthy) } : undefined;
}

function passiveCheck(check: Fields): JsonObject | undefined {
  const type = check.text('type') ?? 'http';
  const [healthy, unhealthy] = [side(check.object('healthy')), side(check.object('unhealthy'))];
  check.finish();
  const isOn = Object.values(unhealthy).some((value) => typeof value === 'number' && value > 0);
  return isOn ? { type: type.startsWith('grpc') ? 'tcp' : type, healthy, unhealthy } : undefined;
}

/** Kong counts http failures up to 0 for "never"; here a threshold that is not there has its usual value. */
function side(fields: Fields): JsonObject {
  const statuses = fields.take('http_statuses');
  const value = compact({
    interval: fields.number('interval'),
    successes: fields.number('successes') || undefined,
    http_failures: fields.number('http_failures') || undefined,
    tcp_failures: fields.number('tcp_failures') || undefined,
    timeouts: fields.number('timeouts') || undefined,
    http_statuses: Array.isArray(statuses) && statuses.length > 0 ? statuses : undefined,
  });
  fields.finish();
  return value;
}

/** Without an interval of its own a side is asked as often as usual. */
function probing({ interval, ...rest }: JsonObject): JsonObject {
  return typeof interval === 'number' && interval >= 1
    ? { interval: Math.round(interval), ...rest }
    : (rest as JsonObject);
}
