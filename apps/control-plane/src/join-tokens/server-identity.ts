import type { FactoryProvider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { selfSignedCertificate } from '../publishing/self-signed-certificate.ts';
import { type KeyPair, type ServerIdentity, serverIdentity } from '../publishing/server-credentials.ts';
import { Sealing } from '../sealing/sealing.ts';

/** Injection token of the `ServerIdentity` of this control plane. */
export const SERVER_IDENTITY = Symbol('server identity');

/** Decides once, while the application starts, how data planes are served. */
export const serverIdentityProvider: FactoryProvider<ServerIdentity> = {
  provide: SERVER_IDENTITY,
  inject: [SETTINGS, DataSource, Sealing],
  useFactory: (settings: Settings, database: DataSource, sealing: Sealing) =>
    serverIdentity(settings, () => sharedKeyPair(database, sealing)),
};

const KIND = 'server_certificate';
const ID = 'data-planes';

interface StoredPair {
  readonly body: string;
  readonly sealed: Buffer;
}

/**
 * The certificate that all control planes of a database show. It lives there, its key sealed, and not on disk: a join
 * token holds at each of them, and still does after a restore.
 */
async function sharedKeyPair(database: DataSource, sealing: Sealing): Promise<KeyPair> {
  const known = await storedPair(database);
  if (known) return opened(sealing, known);
  const { body, sealed } = sealing.close(KIND, ID, { ...selfSignedCertificate('Sluice control plane') }, ['/key']);
  const insert = `INSERT INTO server_certificate (id, body, sealed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;
  await database.query(insert, [ID, body, sealed]);
  // Another control plane may have been first: what stands there counts, not what was made here.
  const made = await storedPair(database);
  if (!made) throw new Error('The certificate for data planes was not kept.');
  return opened(sealing, made);
}

async function storedPair(database: DataSource): Promise<StoredPair | undefined> {
  const [row] = await database.query<StoredPair[]>('SELECT body, sealed FROM server_certificate WHERE id = $1', [ID]);
  return row;
}

function opened(sealing: Sealing, { body, sealed }: StoredPair): KeyPair {
  const { certificate, key } = sealing.openValue({ kind: KIND, id: ID, body, sealed });
  return { certificate: String(certificate), key: String(key) };
}
