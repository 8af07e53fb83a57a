import { choice, definePluginSchema, Type } from '@sluice/schema';
import { batchFields, BatchMetadata, checkConditions, entryFields } from '../shared/logger.schema.ts';

/** What `syslog` can be told. */
export const syslogSchema = definePluginSchema({
  name: 'syslog',
  category: 'loggers',
  priority: 401,
  phases: ['access', 'body_filter', 'log'],
  title: 'Syslog',
  description: 'Sends what happened to a syslog server, one message per request.',
  config: Type.Object({
    host: Type.String({ title: 'Host', description: 'Name or address of the server.' }),
    port: Type.Integer({ title: 'Port', description: 'Port of the server.' }),
    sock_type: choice(['tcp', 'udp'], {
      default: 'tcp',
      title: 'Transport',
      description: 'A TCP connection with a message per line, or one datagram per message.',
    }),
    tls: Type.Boolean({
      default: false,
      title: 'TLS',
      description: 'Encrypts the TCP connection. The certificate of the server must be valid for its name.',
    }),
    timeout: Type.Integer({
      default: 3000,
      minimum: 1,
      title: 'Timeout',
      description: 'Milliseconds for connecting, and for each piece that is sent.',
    }),
    flush_limit: Type.Integer({
      default: 4096,
      minimum: 1,
      title: 'Piece size',
      description: 'Messages of a batch are written in pieces of at least so many bytes.',
    }),
    drop_limit: Type.Integer({
      default: 1_048_576,
      title: 'Bytes that may wait',
      description: 'Bytes of messages that may wait for the server in a worker; further messages are dropped.',
    }),
    pool_size: Type.Integer({
      default: 5,
      minimum: 5,
      title: 'Connections',
      description: 'Connections that may be kept. One per worker is used, which keeps the order of messages.',
    }),
    ...batchFields('sys logger'),
    ...entryFields,
  }),
  differences: {
    tls: { meaning: 'Refused with UDP, where nothing would be encrypted.' },
    pool_size: { meaning: 'One connection per worker is used, so that messages stay in order.' },
    drop_limit: { meaning: 'Bounds all that waits in a worker, not the buffer of the connection.' },
  },
  metadata: BatchMetadata,
  extraChecks(config, hooks) {
    if (config.port < 1 || config.port > 65_535) return 'property "port" validation failed: expected 1 to 65535';
    if (config.tls && config.sock_type === 'udp')
      return 'property "tls" validation failed: there is no TLS over UDP here';
    return checkConditions(config, hooks);
  },
});
