import { credentials, type ChannelCredentials } from '@grpc/grpc-js';
import { dataPlaneErrors } from '../dataplane.errors.ts';

const loopback = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/**
 * Credentials for the stream from the control plane. Private keys travel on it, so that it is plain on loopback only:
 * anything else is refused here, before a connection is made.
 */
export function linkCredentials(address: string): ChannelCredentials {
  const host = address.slice(0, address.lastIndexOf(':'));
  if (loopback.test(host)) return credentials.createInsecure();
  throw dataPlaneErrors.PLAIN_LINK_REFUSED(`SLUICE_CONTROL_PLANE is ${address}`);
}
