import { isSecretReference, Type } from '@sluice/schema';

/** How a plugin calls a service over HTTP. */
export const serviceFields = {
  ssl_verify: Type.Boolean({
    default: true,
    title: 'Verify the certificate',
    description: 'Calls the service only if its certificate is valid.',
  }),
  timeout: Type.Integer({
    default: 3000,
    minimum: 1,
    maximum: 60_000,
    title: 'Timeout',
    description: 'Milliseconds for each of: connecting, the head of the answer, silence in its body.',
  }),
  keepalive: Type.Boolean({
    default: true,
    title: 'Keep connections',
    description: 'Keeps connections to the service for later requests.',
  }),
  keepalive_timeout: Type.Integer({
    default: 60_000,
    minimum: 1000,
    title: 'Idle time',
    description: 'Milliseconds that an idle connection is kept.',
  }),
  keepalive_pool: Type.Integer({
    default: 5,
    minimum: 1,
    title: 'Idle connections',
    description: 'Taken for compatibility: as many connections are kept as were needed at once.',
  }),
};

/** What is wrong with the address of a service. */
export function checkAddress(field: string, address: string): string | undefined {
  if (isSecretReference(address)) return undefined;
  const isHttp = URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
  return isHttp ? undefined : `property "${field}" validation failed: expected an http or https URL, got "${address}"`;
}
