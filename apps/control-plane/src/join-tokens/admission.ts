import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { type DataPlaneStream, type HelloMessage, JOIN_SECRET_KEY } from '@sluice/sync/grpc';
import { DataSource } from 'typeorm';
import { tokenHash } from '../access/secret-token.ts';
import type { ServerIdentity } from '../publishing/server-credentials.ts';
import { SERVER_IDENTITY } from './server-identity.ts';

const LOOK_EVERY_MS = 1_000;

/** What a stream shows of itself before anything is said on it. */
export type Claim = { readonly type: 'machine' } | { readonly type: 'certificate' } | TokenClaim;

interface TokenClaim {
  readonly type: 'token';
  readonly hash: Buffer;
}

/** That a data plane may be served, and what came with that. */
export interface Badge {
  readonly tokenId: string | null;
  /** What the token says about the data plane; it wins over what the data plane says itself. */
  readonly labels: Readonly<Record<string, string>>;
}

const plainBadge: Badge = { tokenId: null, labels: {} };

/**
 * Decides which data planes are served, and shows out those whose token is revoked: at once where it is revoked here,
 * within a second where another control plane does it.
 */
@Injectable()
export class Admission implements OnModuleInit, OnModuleDestroy {
  /** How to end the open streams of each token. */
  readonly #open = new Map<string, Set<() => void>>();
  readonly #log = new Logger('join-tokens');
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(SERVER_IDENTITY) private readonly identity: ServerIdentity,
  ) {}

  onModuleInit(): void {
    this.#timer = setInterval(
      () => (this.#looking ??= this.#look().finally(() => (this.#looking = undefined))),
      LOOK_EVERY_MS,
    );
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** What a new stream claims; undefined where it claims nothing, which is not enough. */
  claimOf(stream: DataPlaneStream): Claim | undefined {
    // Without TLS only this machine gets here.
    if (this.identity.keySha256 === undefined) return { type: 'machine' };
    // A token says more than a certificate: which group, and since when it is not wanted any more.
    const [secret] = stream.metadata.get(JOIN_SECRET_KEY);
    if (typeof secret === 'string') return { type: 'token', hash: tokenHash(secret) };
    return stream.getAuthContext()?.sslPeerCertificate ? { type: 'certificate' } : undefined;
  }

  /** Checks a claim for the group and the instance of a hello; undefined where it does not hold. */
  async admit(claim: Claim, { group, instance_id: instance }: HelloMessage): Promise<Badge | undefined> {
    if (claim.type !== 'token') return plainBadge;
    const [row] = await this.database.query<{ id: string; labels: Record<string, string> }[]>(
      `SELECT token.id, labels FROM join_token token JOIN gateway_group "group" ON "group".id = token.group_id
       WHERE hash = $1 AND "group".name = $2 AND revoked_at IS NULL
         AND (coalesce(expires_at, 'infinity') > now() OR EXISTS (
           SELECT FROM instance WHERE instance.group_id = token.group_id AND instance.id = $3
             AND join_token_id = token.id))`,
      [claim.hash, group, instance],
    );
    if (!row) return undefined;
    await this.database.query('UPDATE join_token SET last_used_at = now() WHERE id = $1', [row.id]);
    return { tokenId: row.id, labels: row.labels };
  }

  /** Keeps `end` until the token of the badge is revoked, and calls it then; returns how to stop that. */
  watch({ tokenId }: Badge, end: () => void): () => void {
    if (tokenId === null) return () => undefined;
    const streams = this.#open.get(tokenId) ?? new Set();
    this.#open.set(tokenId, streams.add(end));
    return () => {
      streams.delete(end);
      if (streams.size === 0 && this.#open.get(tokenId) === streams) this.#open.delete(tokenId);
    };
  }

  /** Ends the streams of a token. */
  revoked(tokenId: string): void {
    const streams = this.#open.get(tokenId) ?? [];
    this.#open.delete(tokenId);
    for (const end of streams) end();
  }

  async #look(): Promise<void> {
    try {
      if (this.#open.size === 0) return;
      const rows = await this.database.query<{ id: string }[]>(
        `SELECT held.id FROM unnest($1::uuid[]) AS held (id) LEFT JOIN join_token token ON token.id = held.id
         WHERE token.id IS NULL OR revoked_at IS NOT NULL`,
        [[...this.#open.keys()]],
      );
      for (const { id } of rows) this.revoked(id);
    } catch (error) {
      // While the database is away nobody can revoke anything either.
      this.#log.warn(`revoked tokens cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
