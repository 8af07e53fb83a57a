import type { FastifyInstance } from 'fastify';
import { dataPlaneErrors } from '../dataplane.errors.ts';

/** Opens a private API on loopback. A taken port is an error that names port and variable. */
export async function listenOn(app: FastifyInstance, port: number, variable: string): Promise<void> {
  try {
    await app.listen({ host: '127.0.0.1', port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw dataPlaneErrors.PORT_TAKEN(`port ${port} (${variable})`, error);
  }
}
