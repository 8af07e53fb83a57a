import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { untilOk } from './until-ok.ts';

/** An nginx of this program. */
export interface NginxProcess extends AsyncDisposable {
  readonly pid: number;
}

/** Starts nginx with one worker on a core. `servers` are its server blocks; it is ready when `url` answers. */
export async function startNginx(
  core: string,
  directory: string,
  servers: string,
  probe: string,
): Promise<NginxProcess> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'nginx.conf');
  await writeFile(file, configuration(directory, servers));
  const args = [
    ...endsWithUs,
    'taskset',
    '-c',
    core,
    'nginx',
    '-e',
    join(directory, 'error.log'),
    '-p',
    directory,
    '-c',
    file,
  ];
  const child = spawn('setpriv', args, { stdio: 'ignore', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });
  await untilOk(probe, () => child.exitCode === null);
  return { pid: child.pid ?? 0, [Symbol.asyncDispose]: () => end(child) };
}

/** Arguments of setpriv: however this program ends, also killed, the child is told to end as well. */
export const endsWithUs: readonly string[] = ['--pdeathsig', 'TERM'];

/** Ends a child and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

function configuration(directory: string, servers: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
pid ${directory}/nginx.pid;
worker_processes 1;
events { worker_connections 1024; }
http {
  access_log off;
  default_type application/octet-stream;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  sendfile on;
  tcp_nodelay on;
${temporary.map((name) => `  ${name}_temp_path ${directory}/${name};`).join('\n')}
${servers}
}
`;
}
