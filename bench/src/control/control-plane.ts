import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '@sluice/testing/free-port';
import { end, endsWithUs } from '../contestants/nginx.ts';
import { untilOk } from '../contestants/until-ok.ts';

const program = fileURLToPath(new URL('../../../apps/control-plane/dist/main.js', import.meta.url));
const adminKey = 'the-key-of-the-bench';

/** An answer and how long it took to arrive whole. */
export interface TimedAnswer {
  readonly ms: number;
  readonly status: number;
  readonly body: string;
}

/** The built control plane as a process of its own. */
export interface ControlPlane extends AsyncDisposable {
  readonly pid: number;
  /** Calls it with an admin key and reads the whole answer; what is no success is an error. */
  call(method: string, path: string, body?: unknown): Promise<TimedAnswer>;
}

/** Starts a control plane with its defaults on a database, and waits until it is ready. */
export async function startControlPlane(directory: string, databaseUrl: string): Promise<ControlPlane> {
  const [admin, grpc] = await freePorts(2);
  const log = await open(join(directory, 'control-plane.log'), 'a');
  const child = spawn('setpriv', [...endsWithUs, process.execPath, program], {
    cwd: directory,
    stdio: ['ignore', log.fd, log.fd],
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      SLUICE_DATA_DIR: directory,
      SLUICE_DATABASE_URL: databaseUrl,
      SLUICE_ADMIN_KEY: adminKey,
      SLUICE_ADMIN_PORT: String(admin),
      SLUICE_GRPC_PORT: String(grpc),
    },
  });
  const url = `http://127.0.0.1:${admin}`;
  await untilOk(`${url}/readyz`, () => child.exitCode === null).catch((cause: unknown) => {
    throw new Error(`The control plane did not start; see ${directory}/control-plane.log.`, { cause });
  });
  return {
    pid: child.pid ?? 0,
    call: (method, path, body) => call(method, url + path, body),
    [Symbol.asyncDispose]: async () => {
      await end(child);
      await log.close();
    },
  };
}

async function call(method: string, url: string, value: unknown): Promise<TimedAnswer> {
  const sent = value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
  const began = performance.now();
  const init = { method, headers: { 'x-api-key': adminKey }, ...(sent !== undefined && { body: sent }) };
  const response = await fetch(url, init);
  const body = await response.text();
  const ms = performance.now() - began;
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${body.slice(0, 500)}`);
  return { ms, status: response.status, body };
}
