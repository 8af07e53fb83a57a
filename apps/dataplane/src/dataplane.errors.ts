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
  PORT_FORBIDDEN: { status: 500, source: 'gateway', message: 'A port may not be opened by this user.' },
  ADDRESS_UNUSABLE: { status: 500, source: 'gateway', message: 'This machine does not have the address to listen on.' },
  TAKE_OVER_FAILED: {
    status: 500,
    source: 'gateway',
    message: 'The data plane that serves here could not be taken over.',
  },
});
