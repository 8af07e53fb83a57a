import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '@sluice/testing/free-port';
import { cores } from '../measure/command.ts';
import type { Build } from './build.ts';
import { end, endsWithUs } from './nginx.ts';
import { untilOk } from './until-ok.ts';

/** What a data plane is started with. */
export interface DataPlaneOptions {
  readonly build: Build;
  /** Folder of its own. */
  readonly directory: string;
  /** Address of the control plane. One where nobody listens leaves it to its copy on disk. */
  readonly controlPlane: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The built data plane as a process of its own, with one worker, on the measured core. */
export interface DataPlane extends AsyncDisposable {
  readonly url: string;
  /** The HTTPS listener. */
  readonly secureUrl: string;
  readonly pid: number;
  /** Milliseconds from the start of the process until it was ready. */
  readonly readyMs: number;
}

/** Starts a data plane as an operator would, with its access log off, and waits until it is ready. */
export async function startDataPlane({ build, directory, controlPlane, env }: DataPlaneOptions): Promise<DataPlane> {
  await mkdir(directory, { recursive: true });
  const [http, https, control, metrics] = await freePorts(4);
  const log = await open(join(directory, 'output.log'), 'a');
  const began = performance.now();
  const program = ['taskset', '-c', cores.measured, process.execPath, ...build.flags, build.main];
  const child = spawn('setpriv', [...endsWithUs, ...program], {
    cwd: directory,
    stdio: ['ignore', log.fd, log.fd],
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      SLUICE_DATA_DIR: directory,
      SLUICE_WORKERS: '1',
      SLUICE_SOURCE: 'control-plane',
      SLUICE_CONTROL_PLANE: controlPlane,
      SLUICE_HTTP_PORT: String(http),
      SLUICE_HTTPS_PORT: String(https),
      SLUICE_CONTROL_PORT: String(control),
      SLUICE_METRICS_PORT: String(metrics),
      SLUICE_ACCESS_LOG: 'off',
      ...env,
    },
  });
  await untilOk(`http://127.0.0.1:${control}/readyz`, () => child.exitCode === null).catch((cause: unknown) => {
    throw new Error(`The data plane did not start; see ${directory}/output.log.`, { cause });
  });
  const readyMs = performance.now() - began;
  return {
    url: `http://127.0.0.1:${http}`,
    secureUrl: `https://localhost:${https}`,
    pid: child.pid ?? 0,
    readyMs,
    [Symbol.asyncDispose]: async () => {
      await end(child);
      await log.close();
    },
  };
}

/** The data plane that `npm run build` makes. */
export const builtDataPlane = fileURLToPath(new URL('../../../apps/dataplane/dist/main.js', import.meta.url));
