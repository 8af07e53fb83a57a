import { defineErrors } from '@sluice/errors';

/** What keeps a data plane from starting. */
export const dataPlaneErrors = defineErrors({
  PLAIN_LINK_REFUSED: {
    status: 500,
    source: 'gateway',
    message: 'The link to the control plane would be unencrypted beyond this machine, which is refused.',
  },
  LINK_MISCONFIGURED: {
    status: 500,
    source: 'gateway',
    message: 'The settings for the link to the control plane cannot be used.',
  },
  PORT_TAKEN: { status: 500, source: 'gateway', message: 'A port that the data plane needs is taken.' },
});
