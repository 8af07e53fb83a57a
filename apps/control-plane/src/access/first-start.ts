import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { AuditWriter, SYSTEM_SCOPE } from '../audit/audit-writer.ts';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { inTransaction } from '../database/transaction.ts';
import { type FirstCredentials, writeFirstStartFile } from './first-start-file.ts';
import { Passwords } from './passwords.ts';
import { newApiToken, newPassword, tokenHash, tokenPrefix } from './secret-token.ts';
import { Users } from './users.ts';

/** Any number that all control planes agree on: of those that start at once on an empty database, one is the first. */
const FIRST_START_LOCK = 0x51_01_cf;

const USERNAME = 'admin';

/** Makes the first user and the first admin key. There are no default credentials. */
@Injectable()
export class FirstStart {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Users) private readonly users: Users,
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  /** Does its work where no user exists yet; returns the file with the credentials, or undefined where nothing was done. */
  run(): Promise<string | undefined> {
    return inTransaction(this.database, async (db) => {
      await db.query('SELECT pg_advisory_xact_lock($1)', [FIRST_START_LOCK]);
      if (await this.users.haveBeenCreated(db)) return { answer: undefined, commit: false };
      const credentials = await this.#create(db);
      // Written before the commit: credentials that nobody can read would lock everybody out for good.
      const file = await writeFirstStartFile(this.settings.data_dir, credentials);
      return { answer: file, commit: true };
    });
  }

  async #create(db: QueryRunner): Promise<FirstCredentials> {
    const password = newPassword();
    const passwordHash = await this.passwords.hash(password);
    await this.users.create(db, { username: USERNAME, role: 'owner', passwordHash });
    const credentials = { url: this.#url(), username: USERNAME, password };
    const system = { scope: SYSTEM_SCOPE, actor: 'system', actor_type: 'system' } as const;
    await this.audit.append(db, { ...system, action: 'user.create', kind: 'user', id: USERNAME });
    if (this.settings.admin_key !== undefined) return credentials;
    const key = newApiToken();
    await db.query('INSERT INTO api_token (id, name, hash, role, prefix, created_by) VALUES ($1, $2, $3, $4, $5, $6)', [
      randomUUID(),
      'first admin key',
      tokenHash(key),
      'admin',
      tokenPrefix(key),
      'system',
    ]);
    await this.audit.append(db, { ...system, action: 'api_token.create', kind: 'api_token', id: 'first admin key' });
    return { ...credentials, admin_key: key };
  }

  #url(): string {
    const { host, admin_port: port, admin_tls_cert: certificate } = this.settings;
    const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    return `${certificate ? 'https' : 'http'}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
  }
}
