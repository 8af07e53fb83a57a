import type { Agent, Dispatcher, request as send } from 'undici';
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

/** What a client sends by. It is loaded with the first call of a plugin: that would be a good part of a start. */
interface Sender {
  readonly request: typeof send;
  readonly dispatcher: Dispatcher;
}

class ServiceClient implements HttpClient {
  readonly #options: HttpClientOptions;
  readonly #timeoutMs: number;
  #sender: Promise<Sender> | null = null;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  }

  async request(url: string | URL, wanted: HttpRequest = {}): Promise<HttpResponse> {
    const { method = 'GET', headers = {}, body = null, query, timeoutMs = this.#timeoutMs, signal } = wanted;
    const { request, dispatcher } = await (this.#sender ??= this.#open());
    const answer = await request(url, {
      method: method as Dispatcher.HttpMethod,
      headers: headers as Record<string, string | string[]>,
      // undici takes any async iterable, which its types do not say.
      body: body as Uint8Array | null,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      dispatcher,
      ...(query && { query }),
      ...(signal && { signal }),
    });
    return new ServiceAnswer(answer);
  }

  async close(): Promise<void> {
    const sender = this.#sender;
    this.#sender = Promise.reject(new Error('The client is closed.'));
    this.#sender.catch(() => undefined);
    await (await sender)?.dispatcher.destroy();
  }

  async #open(): Promise<Sender> {
    const { Agent, ProxyAgent, request } = await import('undici');
    const { verifiesTls = true, keepAliveMs = defaultKeepAliveMs, proxy } = this.#options;
    const shared: Agent.Options = {
      keepAliveTimeout: Math.max(keepAliveMs, 1),
      // Without pipelining, undici closes a connection after its answer.
      pipelining: keepAliveMs === 0 ? 0 : 1,
      connect: { timeout: this.#timeoutMs, rejectUnauthorized: verifiesTls },
    };
    const dispatcher =
      proxy === undefined
        ? new Agent(shared)
        : new ProxyAgent({ ...shared, uri: proxy, requestTls: { rejectUnauthorized: verifiesTls } });
    return { request, dispatcher };
  }
}

class ServiceAnswer implements HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #lines: Dispatcher.ResponseData['headers'];
  readonly #body: Dispatcher.ResponseData['body'];

  constructor({ statusCode, headers, body }: Dispatcher.ResponseData) {
    this.status = statusCode;
    const fields = Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]);
    this.headers = Object.fromEntries(fields) as Record<string, string>;
    this.#lines = headers;
    this.#body = body;
    // Told to whoever reads the body; without a reader it must not end the process.
    body.on('error', () => {});
  }

  linesOf(name: string): readonly string[] {
    const lines = this.#lines[name.toLowerCase()] ?? [];
    return typeof lines === 'string' ? [lines] : lines;
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
