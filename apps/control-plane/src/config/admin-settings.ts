import { Cidr, titled } from '@sluice/schema';
import { defineSettings } from '@sluice/settings';
import Type from 'typebox';

/** Who may reach the APIs at all, and whether the compatible Admin API asks for a key. */
export const adminSettings = defineSettings({
  allow_admin: {
    env: 'SLUICE_ALLOW_ADMIN',
    schema: Type.Optional(
      Type.Array(titled(Cidr, 'Address', 'An address or a block of addresses.'), {
        title: 'Addresses of administrators',
        description:
          'Addresses and blocks from which the APIs and the dashboard may be used; all others are answered 403, but for ' +
          'health and metrics. Default: every address that can reach the port.',
        minItems: 1,
      }),
    ),
  },
  admin_key_required: {
    env: 'SLUICE_ADMIN_KEY_REQUIRED',
    schema: Type.Boolean({
      title: 'Admin keys are required',
      description:
        'false lets everybody who reaches the port change everything by the Admin API. Requests of web pages are still ' +
        'refused. /api/v1 asks for a key all the same.',
      default: true,
    }),
  },
});
