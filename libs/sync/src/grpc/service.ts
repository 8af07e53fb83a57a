import { fileURLToPath } from 'node:url';
import {
  type ClientDuplexStream,
  loadPackageDefinition,
  type Client,
  type ChannelCredentials,
  type ClientOptions,
  type Metadata,
  type MethodDefinition,
  type ServerDuplexStream,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { FromDataPlane, ToDataPlane } from './messages.ts';

/** A message that is already encoded: written once, sent on many streams. */
export type Encoded = Uint8Array;

/** The control plane's end of one stream. */
export type DataPlaneStream = ServerDuplexStream<FromDataPlane, ToDataPlane | Encoded>;

/** The data plane's end of the stream. */
export type ControlPlaneStream = ClientDuplexStream<FromDataPlane, ToDataPlane>;

interface ConfigSyncClient extends Client {
  Connect(metadata?: Metadata): ControlPlaneStream;
}

type ClientConstructor = new (
  address: string,
  credentials: ChannelCredentials,
  options?: Partial<ClientOptions>,
) => ConfigSyncClient;

const protoFile = fileURLToPath(new URL('./sync.proto', import.meta.url));
const definition = loadSync(protoFile, { keepCase: true, longs: Number, defaults: true, oneofs: false, bytes: Buffer });
const loaded = loadPackageDefinition(definition) as unknown as {
  sluice: { sync: { v1: { ConfigSync: ClientConstructor & { service: ServiceDefinition } } } };
};

/** Client constructor for the data plane. */
export const ConfigSyncClientClass: ClientConstructor = loaded.sluice.sync.v1.ConfigSync;

const connect = loaded.sluice.sync.v1.ConfigSync.service.Connect as MethodDefinition<FromDataPlane, ToDataPlane>;

/** Encodes a message for `configSyncService`, so that a change is serialised once however many data planes listen. */
export function encode(message: ToDataPlane): Encoded {
  return connect.responseSerialize(message);
}

/** Service definition for the control plane: takes messages and messages that are already encoded. */
export const configSyncService = {
  Connect: {
    ...connect,
    responseSerialize: (message: ToDataPlane | Encoded): Buffer =>
      message instanceof Uint8Array
        ? Buffer.from(message.buffer, message.byteOffset, message.length)
        : connect.responseSerialize(message),
  },
} as const;
