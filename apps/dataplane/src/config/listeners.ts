import type { ClientLimits, ListenerSettings, ListenOptions, TlsVersion } from '@sluice/engine';
import type { SettingsValues } from '@sluice/settings';
import type { dataPlaneSettings } from './settings.ts';

type Values = SettingsValues<typeof dataPlaneSettings>;

/** A port that the settings name, with the setting that names it. */
export interface WantedPort extends Omit<ListenOptions, 'reusePort'> {
  readonly variable: string;
}

/** Every port of the proxy, in the order in which they are shown. */
export function wantedPorts(settings: Values): WantedPort[] {
  return [...plainPorts(settings), ...securePorts(settings), ...proxiedPorts(settings)];
}

function plainPorts({ host, http_port: port, enable_http2: http2, node_listen: items }: Values): WantedPort[] {
  if (items.length === 0) return [{ host, port, http2, protocol: 'http', variable: 'SLUICE_HTTP_PORT' }];
  return items.map((item) => {
    const { port: own, ip = host, enable_http2: ownHttp2 = http2 } = typeof item === 'number' ? { port: item } : item;
    return { host: ip, port: own, http2: ownHttp2, protocol: 'http', variable: 'node_listen' };
  });
}

function securePorts({ host, https_port: httpsPort, ssl }: Values): WantedPort[] {
  if (ssl.enable === false) return [];
  if (!ssl.listen) return [{ host, port: httpsPort, protocol: 'https', variable: 'SLUICE_HTTPS_PORT' }];
  return ssl.listen.map(({ ip = host, port = httpsPort }) => {
    return { host: ip, port, protocol: 'https', variable: 'ssl.listen' };
  });
}

function proxiedPorts({ host, enable_http2: http2, proxy_protocol: proxy }: Values): WantedPort[] {
  const { listen_http_port: plain, listen_https_port: secure } = proxy;
  const common = { host, http2, proxyProtocol: true, variable: 'proxy_protocol' } as const;
  const ports: WantedPort[] = [];
  if (plain !== undefined) ports.push({ ...common, port: plain, protocol: 'http' });
  if (secure !== undefined) ports.push({ ...common, port: secure, protocol: 'https' });
  return ports;
}

/** The ports of the proxy on which clients by themselves speak TLS. */
export function httpsPorts(settings: Values): number[] {
  return securePorts(settings).map(({ port }) => port);
}

/** What the engine puts up with from clients. */
export function clientLimits(settings: Values): ClientLimits {
  return {
    headerTimeoutMs: settings.client_header_timeout * 1000,
    bodyTimeoutMs: settings.client_body_timeout * 1000,
    sendTimeoutMs: settings.send_timeout * 1000,
    keepAliveTimeoutMs: settings.keepalive_timeout * 1000,
    headerBytesMax: settings.client_header_max_size,
    headerCountMax: settings.client_header_max_count,
    bodyBytesMax: settings.client_max_body_size,
    connectionsMax: settings.max_connections,
    streamsMax: settings.http2_max_concurrent_streams,
  };
}

/** What holds for TLS and PROXY headers on every port. */
export function listenerOptions({ ssl, proxy_protocol: proxy }: Values): ListenerSettings {
  return {
    proxies: proxy.trusted_addresses,
    tls: {
      ...(ssl.ssl_protocols !== undefined && { versions: ssl.ssl_protocols.split(' ') as TlsVersion[] }),
      ...(ssl.ssl_ciphers !== undefined && { ciphers: ssl.ssl_ciphers }),
      ...(ssl.ssl_session_tickets !== undefined && { sessionTickets: ssl.ssl_session_tickets }),
      ...(ssl.fallback_sni !== undefined && { fallbackServerName: ssl.fallback_sni }),
    },
  };
}
