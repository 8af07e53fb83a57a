import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { CheckTarget } from './check-target.ts';
import type { ActiveChecks } from './health-checks.ts';
import type { Outcome } from './target-state.ts';

/** What a probe found; no outcome where a status says neither. */
export interface ProbeResult {
  readonly outcome: Outcome | null;
  /** For people: a status or an error code. */
  readonly detail: string;
}

/** A status line is never longer; whoever sends more speaks no HTTP. */
const statusLineBytesMax = 512;
const usualPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Probes an address of a target once; `trusted` are authorities in place of those of the platform. Never rejects, and leaves no connection. */
export function probe(
  address: string,
  target: CheckTarget,
  checks: ActiveChecks,
  trusted?: readonly string[],
): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = open(address, target, checks, trusted);
    const finish = (outcome: Outcome | null, detail: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ outcome, detail });
    };
    const timer = setTimeout(() => finish('timeout', `no answer within ${checks.timeoutMs} ms`), checks.timeoutMs);
    socket.on('error', (error: NodeJS.ErrnoException) => finish('tcp', error.code ?? error.message));
    socket.on('close', () => finish('tcp', 'closed without an answer'));
    if (checks.type === 'tcp') socket.on('connect', () => finish('success', 'connected'));
    else ask(socket, target, checks, finish);
  });
}

function open(
  address: string,
  { port, hostname }: CheckTarget,
  checks: ActiveChecks,
  trusted: readonly string[] | undefined,
): Socket {
  if (checks.type !== 'https') return connectTcp({ host: address, port });
  const name = hostname.replace(/^\[|\]$|:\d+$/g, '');
  const servername = isIP(name) === 0 ? name : '';
  const rejectUnauthorized = checks.verifiesCertificate;
  const ca = trusted && { ca: [...trusted] };
  return connectTls({ host: address, port, servername, rejectUnauthorized, ALPNProtocols: ['http/1.1'], ...ca });
}

function ask(
  socket: Socket,
  target: CheckTarget,
  { type, verdicts, ...checks }: ActiveChecks,
  finish: (outcome: Outcome | null, detail: string) => void,
): void {
  let head = '';
  socket.on(type === 'https' ? 'secureConnect' : 'connect', () => socket.write(requestOf(target, { type, ...checks })));
  socket.on('data', (chunk: Buffer) => {
    head += chunk.toString('latin1', 0, statusLineBytesMax);
    const [, code] = /^HTTP\/1\.[01] (\d{3})[ \r\n]/.exec(head) ?? [];
    const status = Number(code);
    if (code === undefined) {
      if (head.includes('\n') || head.length >= statusLineBytesMax) finish('http', 'no HTTP answer');
    } else if (verdicts.isSuccess(status)) finish('success', `status ${status}`);
    else finish(verdicts.isFailure(status) ? 'http' : null, `status ${status}`);
  });
}

/** The request of a probe. What could break out of its line was written by mistake, and is left out or escaped. */
function requestOf(
  { host, port, hostname }: CheckTarget,
  checks: Pick<ActiveChecks, 'type' | 'method' | 'path' | 'body' | 'headers'>,
): string | Buffer {
  const isOwnName = hostname === host && port !== usualPorts[checks.type];
  const own = checks.headers.filter(isFieldLine);
  const lines = [
    `${checks.method} ${escapedTarget(checks.path)} HTTP/1.1`,
    ...(own.some((line) => /^host\s*:/i.test(line)) ? [] : [`Host: ${isOwnName ? `${hostname}:${port}` : hostname}`]),
    ...(own.some((line) => /^user-agent\s*:/i.test(line)) ? [] : ['User-Agent: Sluice-Health-Check']),
    ...own,
    ...(checks.body === '' ? [] : [`Content-Length: ${Buffer.byteLength(checks.body)}`]),
    'Connection: close',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${checks.body}`);
}

/** Escapes what is not escaped yet. */
function escapedTarget(path: string): string {
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return encodeURI(rooted.toWellFormed()).replaceAll('%25', '%');
}

function isFieldLine(line: string): boolean {
  return (
    /^[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*:[^\r\n\0]*$/.test(line) &&
    !/^(connection|content-length|transfer-encoding)\s*:/i.test(line)
  );
}
