import { ending } from './ending.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { startPostgresServer } from './postgres.ts';

/** A database that is reached over a link that can fail. */
export interface PostgresBehindLink extends AsyncDisposable {
  /** Of the database `postgres`, over the link. */
  readonly url: string;
  readonly link: FaultyProxy;
}

/** Starts a PostgreSQL server of one's own and a link to it; `await using` ends both. */
export async function startPostgresBehindLink(): Promise<PostgresBehindLink> {
  const server = await startPostgresServer();
  const link = await FaultyProxy.start(server.port);
  const url = server.url('postgres').replace(String(server.port), new URL(link.url).port);
  return ending({ url, link }, link, server);
}
