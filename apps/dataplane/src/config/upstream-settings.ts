import { DnsDiscoverySchema } from '@sluice/discovery/schemas';
import { defineSettings } from '@sluice/settings';
import Type from 'typebox';

/** How the gateway finds the servers that it sends requests to, and whom it believes them to be. */
export const upstreamSettings = defineSettings({
  dns_resolver: {
    env: 'SLUICE_DNS_RESOLVER',
    schema: Type.Array(
      Type.String({ pattern: '^([0-9.]+(:[0-9]{1,5})?|[0-9a-fA-F:]+|\\[[0-9a-fA-F:]+\\](:[0-9]{1,5})?)$' }),
      {
        default: [],
        description:
          'Name servers for the names of upstream nodes: addresses, with or without a port. Default: those of the machine.',
      },
    ),
  },
  discovery: {
    env: null,
    schema: Type.Object(
      { dns: Type.Optional(DnsDiscoverySchema) },
      {
        additionalProperties: false,
        default: {},
        description:
          'How services are found that upstreams name by `service_name`: `dns` with `servers` (default: those of ' +
          '`dns_resolver`) and `order` (default: `[last, SRV, A, AAAA]`).',
      },
    ),
  },
  disable_upstream_healthcheck: {
    env: 'SLUICE_DISABLE_UPSTREAM_HEALTHCHECK',
    schema: Type.Boolean({
      default: false,
      description: 'Whether health checks of upstreams are ignored: nothing is probed, and every node gets traffic.',
    }),
  },
  dns_resolver_valid: {
    env: 'SLUICE_DNS_RESOLVER_VALID',
    schema: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Seconds for which every answer of a name server holds. Default: as long as it says.',
      }),
    ),
  },
  resolver_timeout: {
    env: 'SLUICE_RESOLVER_TIMEOUT',
    schema: Type.Integer({
      default: 5,
      minimum: 1,
      maximum: 60,
      description: 'Seconds after which a name server that says nothing is given up.',
    }),
  },
  enable_resolv_search_opt: {
    env: 'SLUICE_RESOLV_SEARCH',
    schema: Type.Boolean({
      default: true,
      description: 'Whether the search list of /etc/resolv.conf completes short names.',
    }),
  },
  ssl_trusted_certificate: {
    env: 'SLUICE_SSL_TRUSTED_CERTIFICATE',
    schema: Type.String({
      default: 'system',
      minLength: 1,
      description:
        'PEM file of the authorities by which upstreams with `tls.verify` are checked; `system`: those of the machine.',
    }),
  },
});
