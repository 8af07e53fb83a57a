import { createServer } from 'node:net';
import type { WantedPort } from '../config/listeners.ts';
import { dataPlaneErrors } from '../dataplane.errors.ts';
import type { ListenOrder } from './messages.ts';

/**
 * Makes sure that nobody else is on the ports, and gives those that are 0 a number. Workers share their ports, and the
 * kernel would let any process of the same user share them as well: both would get a part of the connections.
 */
export function claimPorts(ports: readonly WantedPort[]): Promise<readonly ListenOrder[]> {
  return Promise.all(ports.map(claimed));
}

async function claimed({ variable, ...order }: WantedPort): Promise<ListenOrder> {
  const { host, port } = order;
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) =>
      probe.once('error', reject).listen({ host, port, exclusive: true }, resolve),
    );
    const bound = probe.address();
    await new Promise((resolve) => probe.close(resolve));
    return { ...order, port: typeof bound === 'object' && bound ? bound.port : port };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw dataPlaneErrors.PORT_TAKEN(`${host} port ${port} (${variable})`, error);
    if (code === 'EADDRNOTAVAIL') throw dataPlaneErrors.ADDRESS_UNUSABLE(`${host} (SLUICE_HOST)`, error);
    if (code === 'EACCES') throw dataPlaneErrors.PORT_FORBIDDEN(`port ${port} (${variable})`, error);
    throw error;
  }
}
