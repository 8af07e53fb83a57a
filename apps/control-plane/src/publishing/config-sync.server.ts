import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Server, type ServerCredentials } from '@grpc/grpc-js';
import { configSyncService, type DataPlaneStream } from '@sluice/sync/grpc';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { SERVER_IDENTITY } from '../join-tokens/server-identity.ts';
import { StartError } from '../start-error.ts';
import { ConfigSyncHandler } from './config-sync.handler.ts';
import { RevisionFeed } from './revision-feed.ts';
import type { ServerIdentity } from './server-credentials.ts';

const options = {
  // Hello with a large catalogue, health with many targets: small beside what the control plane sends.
  'grpc.max_receive_message_length': 4 * 1024 * 1024,
  'grpc.max_send_message_length': -1,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
};

const FAREWELL_MS = 1_000;

/** Listens for data planes. */
@Injectable()
export class ConfigSyncServer implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #server = new Server(options);
  #port = 0;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(RevisionFeed) private readonly feed: RevisionFeed,
    @Inject(ConfigSyncHandler) private readonly handler: ConfigSyncHandler,
    @Inject(SERVER_IDENTITY) private readonly identity: ServerIdentity,
  ) {}

  /** Where data planes connect; 0 before it listens. */
  get port(): number {
    return this.#port;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.feed.start();
    this.#server.addService(configSyncService, { Connect: (stream: DataPlaneStream) => this.handler.connect(stream) });
    this.#port = await this.#listen(this.identity.credentials);
    new Logger('publishing').log(
      `data planes connect to ${this.settings.grpc_host ?? this.settings.host}:${this.#port}`,
    );
  }

  async onModuleDestroy(): Promise<void> {
    this.handler.close();
    await this.#shutDown();
    await this.feed.stop();
  }

  /** Lets data planes read why their streams ended; whoever reads nothing is not waited for. */
  async #shutDown(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const deadline = setTimeout(resolve, FAREWELL_MS);
    this.#server.tryShutdown(() => resolve());
    await promise;
    clearTimeout(deadline);
    this.#server.forceShutdown();
  }

  #listen(credentials: ServerCredentials): Promise<number> {
    const { host: apiHost, grpc_host: host = apiHost, grpc_port: port } = this.settings;
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(address, credentials, (error, bound) => {
        if (error) reject(new StartError(`SLUICE_GRPC_PORT: cannot listen on ${address} (${reasonOf(error)}).`));
        else resolve(bound);
      });
    });
  }
}

/** The library wraps the reason in a sentence about its own attempts. */
function reasonOf(error: Error): string {
  return error.message.includes('EADDRINUSE') ? 'in use by another process' : error.message;
}
