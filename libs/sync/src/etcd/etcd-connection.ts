import { createRequire } from 'node:module';
import {
  type CallOptions,
  Channel,
  type ChannelCredentials,
  type Client,
  type ClientOptions,
  type ClientUnaryCall,
  loadPackageDefinition,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { AuthClient, type ICallable, type Services } from 'etcd3';
import type { DialTarget } from './etcd-options.ts';

type ServiceName = keyof typeof Services;
type ClientConstructor = new (address: string, credentials: ChannelCredentials, options: ClientOptions) => Client;
type UnaryCall = (
  request: unknown,
  metadata: Metadata,
  options: CallOptions,
  done: (error: ServiceError | null, response: unknown) => void,
) => ClientUnaryCall;

const protoFile = createRequire(import.meta.url).resolve('etcd3/proto/rpc.proto');
const services = loadPackageDefinition(
  loadSync(protoFile, { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true }),
) as unknown as { etcdserverpb: Record<ServiceName, ClientConstructor> };

const channelOptions = {
  // The default of 4 MiB is less than a page of large resources.
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  // etcd hangs up on clients that ping more often than every 5 s, or with nothing under way. What a watch needs to
  // notice a dead link sooner it asks for itself.
  'grpc.keepalive_time_ms': 6_000,
  'grpc.keepalive_timeout_ms': 2_000,
  'grpc.keepalive_permit_without_calls': 0,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // A connection that is given up must not be handed out again.
  'grpc.use_local_subchannel_pool': 1,
};

/** Who signs in, where etcd asks for it. */
export interface EtcdCredentials {
  readonly user: string;
  readonly password: string;
}

/**
 * One connection to one etcd server, under etcd3's typed calls. etcd3's own pool is not used: it cannot be told not to
 * verify a certificate, signs in on a channel of its own that it never closes, and leaves a peer that accepts and never
 * answers waiting for ever. Here every call has a deadline, and nothing is tried twice.
 */
export class EtcdConnection implements ICallable<null> {
  readonly callOptionsFactory = undefined;
  readonly #target: DialTarget;
  readonly #channel: Channel;
  readonly #signIn: EtcdCredentials | undefined;
  readonly #answerWithinMs: number;
  readonly #clients = new Map<ServiceName, Client>();
  readonly #calls = new Set<ClientUnaryCall>();
  #token: Promise<string> | undefined;

  constructor(target: DialTarget, answerWithinMs: number, signIn?: EtcdCredentials) {
    const { address, credentials, serverName } = target;
    this.#target = target;
    this.#channel = new Channel(address, credentials, {
      ...channelOptions,
      ...(serverName !== undefined && { 'grpc.ssl_target_name_override': serverName }),
    });
    this.#answerWithinMs = answerWithinMs;
    this.#signIn = signIn;
  }

  /** `host:port`, for messages. */
  get address(): string {
    return this.#target.address;
  }

  async exec<T>(service: ServiceName, method: string, params: unknown, options: CallOptions = {}): Promise<T> {
    try {
      return await this.#call<T>(service, method, params, options);
    } catch (error) {
      // A restarted etcd has forgotten its tokens. It has done nothing else with the request, so it can be repeated.
      if (!this.#token || !isTokenRefusal(error)) throw error;
      this.#token = undefined;
      return this.#call<T>(service, method, params, options);
    }
  }

  async withConnection<R>(
    service: ServiceName,
    use: (args: { resource: null; client: Client; metadata: Metadata }) => Promise<R> | R,
  ): Promise<R> {
    const metadata = await this.#metadata();
    // A server that is cut off from its cluster ends the stream instead of falling silent.
    metadata.set('hasleader', 'true');
    return use({ resource: null, client: this.#client(service), metadata });
  }

  markFailed(): void {
    // Whoever reads the stream hears of its end, and decides.
  }

  /** Calls under way end at once; streams have to be cancelled by their owners. */
  close(): void {
    for (const call of this.#calls) call.cancel();
    this.#channel.close();
  }

  async #call<T>(service: ServiceName, method: string, params: unknown, given: CallOptions): Promise<T> {
    const metadata = service === 'Auth' ? new Metadata() : await this.#metadata();
    const client = this.#client(service) as unknown as Record<string, UnaryCall>;
    const options = { deadline: Date.now() + this.#answerWithinMs, ...given };
    return new Promise<T>((resolve, reject) => {
      const call = client[method]?.(params, metadata, options, (error, response) => {
        if (call) this.#calls.delete(call);
        if (error) reject(error);
        else resolve(response as T);
      });
      if (call) this.#calls.add(call);
    });
  }

  async #metadata(): Promise<Metadata> {
    const metadata = new Metadata();
    if (!this.#signIn) return metadata;
    this.#token ??= this.#authenticate(this.#signIn);
    metadata.set('token', await this.#token);
    return metadata;
  }

  async #authenticate({ user, password }: EtcdCredentials): Promise<string> {
    try {
      return (await new AuthClient(this).authenticate({ name: user, password })).token;
    } catch (error) {
      this.#token = undefined;
      throw error;
    }
  }

  #client(service: ServiceName): Client {
    const known = this.#clients.get(service);
    if (known) return known;
    const options = { channelOverride: this.#channel };
    const client = new services.etcdserverpb[service](this.address, this.#target.credentials, options);
    this.#clients.set(service, client);
    return client;
  }
}

function isTokenRefusal(error: unknown): boolean {
  if (!isServiceError(error)) return false;
  return error.code === status.UNAUTHENTICATED || error.details.includes('revision of auth store is old');
}

/** True for what gRPC rejects with; `code` tells more. */
export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error;
}
