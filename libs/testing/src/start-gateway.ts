import { Agent, type IncomingHttpHeaders, request as httpRequest, type RequestOptions } from 'node:http';
import { NodeCounters } from '@sluice/counters';
import { createEngine, type Engine, type EngineOptions, type ResourceError } from '@sluice/engine';
import type { AnyPlugin } from '@sluice/plugin-kit';
import { identityOf, type KindName, kinds } from '@sluice/schema';
import { type CapturedLog, capturedLog } from './captured-log.ts';

/** A route for a test: the wire form, but `upstream` may be the URL of one node. */
export type TestRoute = Readonly<Record<string, unknown>> & { readonly kind?: undefined };

/** A resource for a test. */
export interface TestResource {
  readonly kind: string;
  readonly id: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** An answer, read to its end. */
export interface TestResponse {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
  readonly trailers: NodeJS.Dict<string>;
  json(): unknown;
}

/** What to ask a gateway for. */
export interface TestRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

/** An engine in this process; `await using` ends it. */
export interface TestGateway extends AsyncDisposable {
  readonly engine: Engine;
  readonly port: number;
  readonly url: string;
  readonly log: CapturedLog;
  get(path: string, headers?: TestRequest['headers']): Promise<TestResponse>;
  request(request: TestRequest): Promise<TestResponse>;
  /** Writes resources (`value: null` deletes) as one revision; throws where the engine refuses it. */
  apply(...changes: readonly { kind: string; id: string; value: object | null }[]): void;
}

const clock = { now: () => Date.now() };

/** Starts an engine on a free port with a route, or with any resources. */
export async function startGateway(
  plugins: readonly AnyPlugin[],
  config: TestRoute | readonly TestResource[],
  options: Partial<EngineOptions> = {},
): Promise<TestGateway> {
  const log = capturedLog();
  const counters = new NodeCounters({ clock: options.clock ?? clock, slotCount: 4096 });
  const engine = createEngine({ plugins, log, counters, version: '0.0.0-test', ...options });
  let revision = 0;
  const apply = (...changes: readonly { kind: string; id: string; value: object | null }[]): void => {
    revision += 1;
    const errors = engine.apply({ type: 'delta', changes: changes.map((change) => changeOf(change, revision)) });
    if (errors.length > 0) throw new Error(errors.map(describe).join('\n'));
  };
  apply(...(Array.isArray(config) ? (config as readonly TestResource[]) : [{ kind: 'route', id: '1', value: config }]));
  const { port } = await engine.listen({ host: '127.0.0.1', port: 0 });
  const agent = new Agent({ keepAlive: true });
  const request = (wanted: TestRequest): Promise<TestResponse> => fetchOnce(port, agent, wanted);
  return {
    engine,
    port,
    url: `http://127.0.0.1:${port}`,
    log,
    apply,
    request,
    get: (path, headers = {}) => request({ path, headers }),
    [Symbol.asyncDispose]: async () => {
      agent.destroy();
      await engine.close({ deadlineMs: 100 });
    },
  };
}

function changeOf({ kind, id, value }: { kind: string; id: string; value: object | null }, revision: number) {
  const known = kinds.get(kind as KindName);
  const named = value && { ...(known ? identityOf(known, id) : { id }), ...value };
  const body = named && Buffer.from(JSON.stringify(withNodes(named)));
  return { kind, id, body, createdRevision: revision, modifiedRevision: revision };
}

/** The URL of an upstream stands for an upstream with that one node. */
function withNodes(value: object): object {
  if (!('upstream' in value) || typeof value.upstream !== 'string') return value;
  return { ...value, upstream: { type: 'roundrobin', nodes: { [new URL(value.upstream).host]: 1 } } };
}

function describe({ kind, id, message, field }: ResourceError): string {
  return `${kind} ${id}: ${message}${field === undefined ? '' : ` (${field})`}`;
}

function fetchOnce(port: number, agent: Agent, { method = 'GET', path = '/', headers = {}, body }: TestRequest) {
  const options: RequestOptions = { port, host: '127.0.0.1', agent, method, path, headers: headers as never };
  return new Promise<TestResponse>((resolve, reject) => {
    const req = httpRequest(options, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const { statusCode = 0, headers: received, rawHeaders, trailers } = res;
        resolve({ statusCode, headers: received, rawHeaders, trailers, body: text, json: () => JSON.parse(text) });
      });
    });
    req.on('error', reject);
    req.end(body);
  });
}
