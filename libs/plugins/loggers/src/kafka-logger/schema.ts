import { choice, definePluginSchema, Type } from '@sluice/schema';
import { batchFields, BatchMetadata, checkConditions, entryFields } from '../shared/logger.schema.ts';

const Port = Type.Integer({ minimum: 1, maximum: 65_535, title: 'Port', description: 'Port of the broker.' });

const SaslConfig = Type.Object(
  {
    mechanism: choice(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'], {
      default: 'PLAIN',
      title: 'Mechanism',
      description: 'How the gateway proves who it is.',
    }),
    user: Type.String({ title: 'User', description: 'Name of the user.' }),
    password: Type.String({ title: 'Password', description: 'Password of the user.' }),
  },
  { title: 'Sign-in', description: 'What brokers want to know (SASL). The same for all of a configuration.' },
);

const Broker = Type.Object({
  host: Type.String({ title: 'Host', description: 'Name or address of the broker.' }),
  port: Port,
  sasl_config: Type.Optional(SaslConfig),
});

const producerFields = {
  producer_type: choice(['async', 'sync'], {
    default: 'async',
    title: 'Producer',
    description: '`async` collects messages once more and sends several at a time; `sync` sends each by itself.',
  }),
  required_acks: Type.Unsafe<1 | -1>({
    type: 'integer',
    enum: [1, -1],
    default: 1,
    title: 'Acknowledgement',
    description:
      'Who must have a message before it counts as sent: 1 for the leading broker, -1 for all replicas in sync.',
  }),
  producer_batch_num: Type.Integer({
    default: 200,
    minimum: 1,
    title: 'Messages at a time',
    description: 'Messages from which an `async` producer sends at once.',
  }),
  producer_batch_size: Type.Integer({
    default: 1_048_576,
    minimum: 0,
    title: 'Bytes at a time',
    description: 'Bytes of messages from which an `async` producer sends at once.',
  }),
  producer_max_buffering: Type.Integer({
    default: 50_000,
    minimum: 1,
    title: 'Messages that may wait',
    description: 'Messages that may wait in an `async` producer; further ones are dropped.',
  }),
  producer_time_linger: Type.Integer({
    default: 1,
    minimum: 1,
    title: 'Longest collection',
    description: 'Seconds after which an `async` producer sends what it has.',
  }),
};

/** What `kafka-logger` can be told. */
export const kafkaLoggerSchema = definePluginSchema({
  name: 'kafka-logger',
  category: 'loggers',
  priority: 403,
  phases: ['access', 'body_filter', 'log'],
  title: 'Kafka logger',
  description: 'Sends what happened to a topic of Apache Kafka, in batches.',
  secrets: { config: ['brokers.sasl_config.password'] },
  config: Type.Object(
    {
      brokers: Type.Optional(
        Type.Array(Broker, {
          minItems: 1,
          uniqueItems: true,
          title: 'Brokers',
          description: 'Brokers that are asked for the others of their cluster.',
        }),
      ),
      broker_list: Type.Optional(
        Type.Unsafe<Readonly<Record<string, number>>>({
          type: 'object',
          minProperties: 1,
          patternProperties: { '.*': Port },
          title: 'Brokers, the old way',
          description: 'Host of each broker, and its port. `brokers` says more.',
        }),
      ),
      kafka_topic: Type.String({ title: 'Topic', description: 'Topic that messages are sent to.' }),
      key: Type.Optional(
        Type.String({
          title: 'Key',
          description: 'Key of messages; those of one key go to one partition. Without it they are spread.',
        }),
      ),
      meta_format: choice(['default', 'origin'], {
        default: 'default',
        title: 'Form',
        description: '`default` is an entry in JSON, `origin` the text of the request.',
      }),
      timeout: Type.Integer({
        default: 3,
        minimum: 1,
        title: 'Timeout',
        description: 'Seconds that a broker is given, for connecting and for each answer.',
      }),
      tls: Type.Optional(
        Type.Object(
          {
            verify: Type.Boolean({
              default: false,
              title: 'Verify certificate',
              description: 'Whether the certificates of brokers must be valid.',
            }),
          },
          { title: 'TLS', description: 'Encrypts the connections to brokers.' },
        ),
      ),
      ...producerFields,
      cluster_name: Type.Integer({
        default: 1,
        minimum: 1,
        title: 'Cluster',
        description: 'Number of the cluster. Each configuration has connections of its own, so that none needs one.',
      }),
      meta_refresh_interval: Type.Integer({
        default: 30,
        minimum: 1,
        title: 'Age of metadata',
        description: 'Seconds after which the brokers are asked again who leads the topic.',
      }),
      api_version: Type.Unsafe<number>({
        type: 'integer',
        enum: [0, 1, 2],
        default: 1,
        title: 'Version of the protocol',
        description: 'Brokers and gateway agree on the newest version that both know, whatever is said here.',
      }),
      ...batchFields('kafka logger'),
      ...entryFields,
    },
    { oneOf: [{ required: ['broker_list', 'kafka_topic'] }, { required: ['brokers', 'kafka_topic'] }] },
  ),
  differences: {
    key: { meaning: 'The partition is chosen as Kafka’s own clients do (murmur2).' },
    'brokers[].sasl_config': { meaning: 'Must be the same for all brokers.' },
    cluster_name: { meaning: 'Not needed: each configuration has connections of its own.' },
    api_version: { meaning: 'Not needed: gateway and brokers agree on a version.' },
  },
  metadata: BatchMetadata,
  extraChecks(config, hooks) {
    const signIns = new Set(config.brokers?.map(({ sasl_config: signIn }) => JSON.stringify(signIn ?? null)));
    if (signIns.size > 1) {
      return 'property "brokers" validation failed: the sasl_config of all brokers of a cluster must be the same';
    }
    return checkConditions(config, hooks);
  },
});
