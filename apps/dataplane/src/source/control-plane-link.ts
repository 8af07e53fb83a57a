import { readFileSync } from 'node:fs';
import { CallCredentials, ChannelCredentials, Metadata } from '@grpc/grpc-js';
import type { SettingsValues } from '@sluice/settings';
import { JOIN_SECRET_KEY, type JoinToken, parseJoinToken } from '@sluice/sync/grpc';
import type { dataPlaneSettings } from '../config/settings.ts';
import { dataPlaneErrors } from '../dataplane.errors.ts';
import { ControlPlaneTls, type ControlPlaneTlsOptions } from './control-plane-tls.ts';

type LinkSettings = Pick<
  SettingsValues<typeof dataPlaneSettings>,
  'join_token' | 'grpc_tls_ca' | 'grpc_tls_cert' | 'grpc_tls_key'
> & { readonly control_plane: string };

const loopback = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/**
 * Credentials for the stream from the control plane. Private keys travel on it, so that it is plain on loopback only:
 * anything else is refused here, before a connection is made. A join token or an authority means TLS, also on loopback.
 */
export function linkCredentials(settings: LinkSettings): ChannelCredentials {
  const { control_plane: address, join_token: text, grpc_tls_ca: authority } = settings;
  const host = address.slice(0, address.lastIndexOf(':'));
  const token = text === undefined ? undefined : readToken(text);
  if (token || authority) {
    const tls = openTls({
      host: host.replace(/^\[(.*)\]$/, '$1'),
      // Whoever names an authority trusts it, and the names in what it signs, more than one key.
      keySha256: authority ? undefined : token?.keySha256,
      ca: authority && readPem('SLUICE_GRPC_TLS_CA', authority),
      ...clientPair(settings),
    });
    return token ? tls.compose(secretOf(token)) : tls;
  }
  if (loopback.test(host)) return ChannelCredentials.createInsecure();
  throw dataPlaneErrors.PLAIN_LINK_REFUSED(
    `SLUICE_CONTROL_PLANE is ${address}: set SLUICE_JOIN_TOKEN, or SLUICE_GRPC_TLS_CA`,
  );
}

function openTls(options: ControlPlaneTlsOptions): ControlPlaneTls {
  try {
    return new ControlPlaneTls(options);
  } catch (error) {
    throw dataPlaneErrors.LINK_MISCONFIGURED('SLUICE_GRPC_TLS_*: a file is not what it should be, in PEM', error);
  }
}

/** The text itself is a secret, so that the error does not show it. */
function readToken(text: string): JoinToken {
  const token = parseJoinToken(text);
  if (token) return token;
  throw dataPlaneErrors.LINK_MISCONFIGURED('SLUICE_JOIN_TOKEN: this is not a join token, sluice1.<hash>.<secret>');
}

function clientPair({ grpc_tls_cert: certificate, grpc_tls_key: key }: LinkSettings) {
  if (!certificate && !key) return {};
  if (certificate && key) {
    return { cert: readPem('SLUICE_GRPC_TLS_CERT', certificate), key: readPem('SLUICE_GRPC_TLS_KEY', key) };
  }
  throw dataPlaneErrors.LINK_MISCONFIGURED(
    'SLUICE_GRPC_TLS_CERT, SLUICE_GRPC_TLS_KEY: one is of no use without the other',
  );
}

function secretOf({ secret }: JoinToken): CallCredentials {
  const metadata = new Metadata();
  metadata.set(JOIN_SECRET_KEY, secret);
  return CallCredentials.createFromMetadataGenerator((_options, done) => done(null, metadata));
}

function readPem(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw dataPlaneErrors.LINK_MISCONFIGURED(`${setting}: ${path} cannot be read`, error);
  }
}
