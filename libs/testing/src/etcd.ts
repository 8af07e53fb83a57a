import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setInterval } from 'node:timers/promises';

const BINARY = process.env.SLUICE_TEST_ETCD ?? '/usr/bin/etcd';
const READY_WITHIN_MS = 30_000;

/** A real etcd with a directory of its own; `await using` ends it. */
export interface TestEtcd extends AsyncDisposable {
  /** Where it listens for clients, also after a restart. */
  readonly url: string;
  readonly port: number;
  /** Ends it at once, as a crash would: nothing is flushed. */
  kill(): Promise<void>;
  /** Starts it again on its old data; kills it first where it still runs. */
  restart(): Promise<void>;
  /** Stops it in its tracks: its sockets stay open, and nothing is answered. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** Certificates as paths of PEM files; `clientCa` makes client certificates compulsory. */
export interface TestEtcdTls {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string;
}

/** Starts etcd on a free port of 127.0.0.1. It ends with this process, however that ends. */
export async function startEtcd(options: { readonly tls?: TestEtcdTls } = {}): Promise<TestEtcd> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-etcd-'));
  const [port, peerPort, healthPort] = await freePorts();
  const url = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const tell = spawnWithLifeline(directory, serverArguments(url, peerPort, healthPort, options.tls));
  const start = async (): Promise<void> => {
    await tell('start');
    await untilHealthy(healthPort);
  };
  await start();
  return {
    url,
    port,
    kill: () => tell('KILL'),
    restart: async () => {
      await tell('KILL');
      await start();
    },
    pause: () => tell('STOP'),
    resume: () => tell('CONT'),
    [Symbol.asyncDispose]: () => tell('end'),
  };
}

function serverArguments(url: string, peerPort: number, healthPort: number, tls?: TestEtcdTls): string[] {
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const settings = {
    'data-dir': 'data',
    'listen-client-urls': url,
    'advertise-client-urls': url,
    'listen-peer-urls': peerUrl,
    'initial-advertise-peer-urls': peerUrl,
    'initial-cluster': `default=${peerUrl}`,
    'listen-metrics-urls': `http://127.0.0.1:${healthPort}`,
    // Alone it elects itself after this long: the default of a second would be most of a test's time.
    'heartbeat-interval': 20,
    'election-timeout': 200,
    'log-level': 'error',
    ...(tls && { 'cert-file': tls.cert, 'key-file': tls.key }),
    ...(tls?.clientCa && { 'trusted-ca-file': tls.clientCa, 'client-cert-auth': 'true' }),
  };
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}

/** All are held at once, so that they differ. */
async function freePorts(): Promise<readonly [number, number, number]> {
  const probes = [createServer(), createServer(), createServer()] as const;
  await Promise.all(probes.map((probe) => new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))));
  const ports = [portOf(probes[0]), portOf(probes[1]), portOf(probes[2])] as const;
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('No free port.');
  return address.port;
}

/** It listens long before it answers: only with a leader, itself, it can serve. */
async function untilHealthy(port: number): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for await (const _ of setInterval(20)) {
    if (await isHealthy(port)) return;
    if (Date.now() > deadline) throw new Error('etcd does not become healthy; is etcd-server installed?');
  }
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    // It is still starting.
    return false;
  }
}

/**
 * The server runs under a shell that takes words from a pipe which only this process holds, and answers each when it is
 * done: however this process ends, also by SIGKILL, the pipe closes, and the shell ends the server and removes its
 * directory. A killed server is waited for, since its port is free only then.
 */
const keeper = `
server=; end() { [ -z "$server" ] || kill -KILL $server; wait; server=; }
while read -r word; do
  case $word in
    start) "$@" </dev/null >etcd.log 2>&1 & server=$!;;
    KILL) end;;
    end) break;;
    *) kill -$word $server;;
  esac
  echo done
done
end; rm -rf "$PWD"; echo done`;

function spawnWithLifeline(directory: string, args: readonly string[]): (word: string) => Promise<void> {
  const shell = spawn('/bin/sh', ['-c', keeper, 'sh', BINARY, ...args], {
    cwd: directory,
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  shell.unref();
  const waiting: (() => void)[] = [];
  // Only a word that is being carried out keeps this process alive.
  const pipes = [shell.stdin, shell.stdout].filter((pipe) => pipe instanceof Socket);
  const settle = (): void => {
    waiting.shift()?.();
    if (waiting.length === 0) for (const pipe of pipes) pipe.unref();
  };
  createInterface(shell.stdout).on('line', settle);
  return (word) =>
    new Promise((resolve) => {
      for (const pipe of pipes) pipe.ref();
      waiting.push(resolve);
      shell.stdin.write(`${word}\n`);
    });
}
