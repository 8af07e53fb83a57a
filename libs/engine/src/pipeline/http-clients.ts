import { Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import type { HttpClient, HttpClientOptions, HttpRequest, HttpResponse } from '@sluice/plugin-kit';
import { readAll } from '../calls/answer-stream.ts';

const defaultTimeoutMs = 3_000;
const defaultKeepAliveMs = 60_000;
const textBytesMax = 4 * 1024 * 1024;

/** The clients by which plugins call services. Equal options share one, and its connections. */
export class HttpClients {
  readonly #clients = new Map<string, ServiceClient>();

  client(options: HttpClientOptions = {}): HttpClient {
    const key = JSON.stringify(Object.entries(options).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    let client = this.#clients.get(key);
    if (!client) this.#clients.set(key, (client = new ServiceClient(options)));
    return client;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
    this.#clients.clear();
  }
}

class ServiceClient implements HttpClient {
  readonly #dispatcher: Dispatcher;
  readonly #timeoutMs: number;

  constructor(options: HttpClientOptions) {
    const { timeoutMs = defaultTimeoutMs, verifiesTls = true, keepAliveMs = defaultKeepAliveMs, proxy } = options;
    this.#timeoutMs = timeoutMs;
    const shared = {
      keepAliveTimeout: Math.max(keepAliveMs, 1),
      // Without pipelining, undici closes a connection after its answer.
      pipelining: keepAliveMs === 0 ? 0 : 1,
      connect: { timeout: timeoutMs, rejectUnauthorized: verifiesTls },
    };
    this.#dispatcher =
      proxy === undefined
        ? new Agent(shared)
        : new ProxyAgent({ ...shared, uri: proxy, requestTls: { rejectUnauthorized: verifiesTls } });
  }

  async request(url: string | URL, wanted: HttpRequest = {}): Promise<HttpResponse> {
    const { method = 'GET', headers = {}, body = null, query, timeoutMs = this.#timeoutMs, signal } = wanted;
    const answer = await request(url, {
      method: method as Dispatcher.HttpMethod,
      headers: headers as Record<string, string | string[]>,
      // undici takes any async iterable, which its types do not say.
      body: body as Uint8Array | null,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      dispatcher: this.#dispatcher,
      ...(query && { query }),
      ...(signal && { signal }),
    });
    return new ServiceAnswer(answer);
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }
}

class ServiceAnswer implements HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #body: Dispatcher.ResponseData['body'];

  constructor({ statusCode, headers, body }: Dispatcher.ResponseData) {
    this.status = statusCode;
    const fields = Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]);
    this.headers = Object.fromEntries(fields) as Record<string, string>;
    this.#body = body;
    // Told to whoever reads the body; without a reader it must not end the process.
    body.on('error', () => {});
  }

  get body(): AsyncIterable<Uint8Array> {
    return this.#body;
  }

  async text(bytesMax = textBytesMax): Promise<string> {
    const content = await readAll(this.#body, bytesMax);
    if (content === null) throw new RangeError(`An answer is longer than ${bytesMax} bytes.`);
    return content.toString();
  }

  async json(bytesMax = textBytesMax): Promise<unknown> {
    return JSON.parse(await this.text(bytesMax)) as unknown;
  }

  discard(): void {
    this.#body.destroy();
  }
}
