import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Authenticator } from './access/authenticator.ts';
import { admitToBody } from './access/body-admission.ts';
import { FirstStart } from './access/first-start.ts';
import { AppModule } from './app.module.ts';
import type { Settings } from './config/settings.ts';
import { openDatabase } from './database/open-database.ts';
import { ErrorFilter } from './http/error.filter.ts';
import { guardLargeBodies } from './http/large-bodies.ts';
import { NestLog } from './http/nest-log.ts';
import { createServer } from './http/server.ts';
import { HttpMetrics } from './metrics/http-metrics.ts';
import { MetricRegistry } from './metrics/metric-registry.ts';
import { checkKeyRing } from './sealing/key-ring-check.ts';
import { KeyRing } from './sealing/key-ring.ts';
import { StartError } from './start-error.ts';

/** A control plane that answers requests. */
export interface RunningApp {
  readonly app: NestFastifyApplication;
  /** Where it listens, such as `http://127.0.0.1:9180`. */
  readonly url: string;
  /** Stops accepting, finishes what is under way, ends streams and database connections. */
  close(): Promise<void>;
}

/**
 * Opens the database, brings it up to date, proves the key ring, makes the first credentials where there are none, and
 * listens. What keeps it from starting is a StartError or an error whose message is one clear line.
 */
export async function startApp(settings: Settings): Promise<RunningApp> {
  if (!settings.database_url)
    throw new StartError('SLUICE_DATABASE_URL: is required, there is no database without it.');
  const ring = await KeyRing.load(settings.keyring, settings.data_dir);
  const database = await openDatabase(settings.database_url, settings.database_pool).catch(databaseRefused);
  try {
    await checkKeyRing(database, ring);
    const metrics = new MetricRegistry();
    const server = createServer(settings, new HttpMetrics(metrics));
    return await serve(settings, server, AppModule.of({ settings, database, ring, metrics }));
  } catch (error) {
    if (database.isInitialized) await database.destroy();
    throw error;
  }
}

async function serve(settings: Settings, adapter: FastifyAdapter, module: DynamicModule): Promise<RunningApp> {
  const server = adapter.getInstance() as unknown as FastifyInstance;
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: new NestLog(server.log),
  });
  app.useGlobalFilters(new ErrorFilter());
  guardLargeBodies(server, (request) => admitToBody(request, app.get(Authenticator, { strict: false })));
  try {
    await app.init();
    await app.get(FirstStart).run();
    await listen(app, settings);
  } catch (error) {
    await app.close();
    throw error;
  }
  const url = await app.getUrl();
  return { app, url, close: () => app.close() };
}

async function listen(app: NestFastifyApplication, { host, admin_port: port }: Settings): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new StartError(`SLUICE_ADMIN_PORT: ${host}:${port} is in use by another process.`);
    if (code === 'EADDRNOTAVAIL') throw new StartError(`SLUICE_HOST: ${host} is not an address of this machine.`);
    throw error;
  }
}

/** The driver's message names host and port, never the password. */
function databaseRefused(error: unknown): never {
  if (error instanceof StartError) throw error;
  const { message, code } = error as { message?: string; code?: string };
  throw new StartError(`SLUICE_DATABASE_URL: the database cannot be used (${message || code || 'no reason given'}).`);
}
