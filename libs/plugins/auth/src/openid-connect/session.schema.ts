import { choice, Type } from '@sluice/schema';
import { flag, maybeWhole, text, whole } from './fields.schema.ts';

const Redis = Type.Object(
  {
    host: Type.String({ default: '127.0.0.1', minLength: 2, title: 'Host', description: 'Host of the Redis server.' }),
    port: whole(6379, 'Port', 'Port of the Redis server.', { minimum: 1 }),
    username: text('Username', 'User of the Redis server, where it knows several.', { minLength: 1 }),
    password: text('Password', 'Password of the Redis server.', { minLength: 0 }),
    database: whole(0, 'Database', 'Number of the database that sessions are kept in.', { minimum: 0 }),
    prefix: Type.String({ default: 'sessions', title: 'Prefix', description: 'What the keys of sessions begin with.' }),
    ssl: flag(false, 'TLS', 'Whether the connection to Redis is encrypted.'),
    ssl_verify: flag(true, 'Verify the certificate', 'Whether the certificate of the Redis server must be valid.'),
    server_name: text('Server name', 'Name that the certificate must be for; the host unless given.'),
    connect_timeout: whole(1000, 'Connect timeout', 'Milliseconds for connecting.', { minimum: 1 }),
    send_timeout: whole(1000, 'Send timeout', 'Milliseconds for sending a command.', { minimum: 1 }),
    read_timeout: whole(1000, 'Read timeout', 'Milliseconds for the answer to a command.', { minimum: 1 }),
    keepalive_timeout: whole(10_000, 'Idle time', 'Taken for compatibility: one connection is kept and shared.', {
      minimum: 1000,
    }),
  },
  { title: 'Redis', description: 'Where sessions are kept when they are not kept in cookies.' },
);

/** How the gateway remembers who has signed in. */
export const Session = Type.Object(
  {
    secret: Type.String({
      minLength: 16,
      title: 'Secret',
      description: 'What sessions are encrypted with: random, and the same on all data planes. Changing it ends all.',
    }),
    storage: choice(['cookie', 'redis'], {
      default: 'cookie',
      title: 'Storage',
      description: 'Sessions are kept, encrypted, in cookies of the browser, or in Redis under a random number.',
    }),
    redis: Type.Optional(Redis),
    cookie_name: text('Cookie', 'Name of the cookie, `session` unless given. Long sessions take several of them.'),
    cookie_path: text('Path', 'Path that the cookie is for; `/` unless given.'),
    cookie_domain: text('Domain', 'Domain that the cookie is for; only the host of the request unless given.'),
    cookie_secure: Type.Optional(
      Type.Boolean({
        title: 'Only over TLS',
        description: 'Whether browsers send the cookie over TLS only. Unless given: when it was set over TLS.',
      }),
    ),
    cookie_http_only: Type.Optional(
      Type.Boolean({ title: 'Hidden from scripts', description: 'Keeps the cookie from scripts; true unless given.' }),
    ),
    cookie_same_site: Type.Optional(
      choice(['Strict', 'Lax', 'None', 'Default'], {
        title: 'Same site',
        description: 'Whether other sites can make the browser send it: `Lax` unless given; `Default` says nothing.',
      }),
    ),
    idling_timeout: maybeWhole('Idle timeout', 'Seconds without a request that end a session; 900, 0 for never.'),
    rolling_timeout: maybeWhole(
      'Rolling timeout',
      'Seconds after which a session is renewed, and ends where nobody used it until then; 3600, 0 for never.',
    ),
    absolute_timeout: maybeWhole('Absolute timeout', 'Seconds that a session lasts at most; 86400, 0 for no limit.'),
    cookie: Type.Optional(
      Type.Object(
        { lifetime: maybeWhole('Lifetime', 'Older name of the absolute timeout, which counts before it.') },
        { title: 'Older settings', description: 'Settings of the cookie under their older names.' },
      ),
    ),
  },
  {
    additionalProperties: false,
    if: { properties: { storage: { enum: ['redis'] } } },
    then: { required: ['redis'] },
    title: 'Session',
    description: 'How the gateway remembers who has signed in. Required unless only bearer tokens are taken.',
  },
);
