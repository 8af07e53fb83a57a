import { defineErrors } from '@sluice/errors';

/** What can be wrong with the key ring and with what it sealed. */
export const sealingErrors = defineErrors({
  KEYRING_MALFORMED: {
    status: 500,
    source: 'gateway',
    message: 'The key ring is not usable: it must read id:key,id:key, each key 32 bytes in base64.',
  },
  KEYRING_LACKS_KEY: {
    status: 500,
    source: 'gateway',
    message: 'The key ring lacks a key with which secrets in the database are sealed.',
  },
  KEYRING_WRONG_KEY: {
    status: 500,
    source: 'gateway',
    message: 'A key of the key ring is not the key that sealed secrets in the database under its name.',
  },
  SEAL_BROKEN: {
    status: 500,
    source: 'gateway',
    message: 'A sealed secret cannot be opened: it was damaged, or moved from another resource.',
  },
});
