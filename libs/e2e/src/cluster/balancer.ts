import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepServer } from '@sluice/testing';
import { until } from '../house/until.ts';

const config = fileURLToPath(new URL('../../../../deploy/haproxy.cfg', import.meta.url));

/** HAProxy with the configuration that is deployed, its names filled in by environment variables as there. */
export async function startBalancer(env: Readonly<Record<string, string>>, port: number): Promise<AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-haproxy-'));
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const tell = keepServer({
    file: '/usr/bin/env',
    args: [...assignments, '/usr/sbin/haproxy', '-db', '-f', config],
    directory,
  });
  await tell('start');
  await until(async () => (await fetch(`http://127.0.0.1:${port}/`)).status > 0, 'HAProxy with a data plane behind it');
  return { [Symbol.asyncDispose]: () => tell('end') };
}
