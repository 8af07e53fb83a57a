import Type, { type Static } from 'typebox';

/** What can be set for the discovery by DNS. */
export const DnsDiscoverySchema = Type.Object(
  {
    servers: Type.Optional(
      Type.Array(
        Type.String({ pattern: '^([0-9.]+(:[0-9]{1,5})?|[0-9a-fA-F:]+|\\[[0-9a-fA-F:]+\\](:[0-9]{1,5})?)$' }),
        {
          minItems: 1,
          title: 'Name servers',
          description: 'Addresses, with or without a port; without them those of `dns_resolver`, or of the machine.',
        },
      ),
    ),
    order: Type.Array(
      Type.Unsafe<RecordType | 'last' | 'CNAME'>({ type: 'string', enum: ['last', 'SRV', 'A', 'AAAA', 'CNAME'] }),
      {
        default: ['last', 'SRV', 'A', 'AAAA'],
        minItems: 1,
        maxItems: 5,
        uniqueItems: true,
        title: 'Order',
        description:
          'Kinds of records, in the order in which a name is asked for them; `last` is the kind that was found before. ' +
          '`CNAME` is followed by itself.',
      },
    ),
  },
  { additionalProperties: false, title: 'DNS', description: 'How services are found by DNS.' },
);

/** Kinds of records that name servers of a service. */
export type RecordType = 'SRV' | 'A' | 'AAAA';

/** Settings of the discovery by DNS, defaults filled. */
export type DnsDiscoverySettings = Static<typeof DnsDiscoverySchema>;
