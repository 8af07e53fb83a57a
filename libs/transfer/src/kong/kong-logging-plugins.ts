import type { PluginConversion } from './kong-plugins.ts';

/** Plugins that tell somebody what happened. */
export const loggingPlugins: Readonly<Record<string, PluginConversion>> = {
  prometheus: (config) => {
    config.ignore(
      'per_consumer',
      'status_code_metrics',
      'latency_metrics',
      'bandwidth_metrics',
      'upstream_health_metrics',
    );
    return { name: 'prometheus', config: {} };
  },
  'correlation-id': (config) => {
    config.expect('generator', 'uuid', 'uuid#counter', 'tracker');
    return {
      name: 'request-id',
      config: {
        header_name: config.text('header_name') ?? 'Kong-Request-ID',
        include_in_response: config.flag('echo_downstream') ?? false,
      },
    };
  },
  'http-log': (config) => {
    const uri = config.text('http_endpoint') ?? '';
    config
      .ignore('queue', 'flush_timeout', 'retry_count', 'queue_size')
      .expect('method', 'POST')
      .expect('content_type', 'application/json');
    return { name: 'http-logger', config: { uri, timeout: secondsOf(config.number('timeout')), batch_max_size: 1 } };
  },
  'file-log': (config) => {
    // A file that was moved away is begun anew in any case.
    config.ignore('reopen');
    return { name: 'file-logger', config: { path: config.text('path') ?? '' } };
  },
  'tcp-log': (config) => {
    const tls = config.flag('tls') ?? false;
    config.ignore('keepalive', 'timeout').expect('tls_sni');
    return { name: 'tcp-logger', config: { host: config.text('host') ?? '', port: config.number('port') ?? 0, tls } };
  },
  'udp-log': (config) => {
    config.ignore('timeout');
    return { name: 'udp-logger', config: { host: config.text('host') ?? '', port: config.number('port') ?? 0 } };
  },
  zipkin: (config) => {
    config.ignore('traceid_byte_count', 'header_type', 'queue', 'connect_timeout', 'send_timeout', 'read_timeout');
    const name = config.text('default_service_name') ?? config.text('local_service_name');
    return {
      name: 'zipkin',
      config: {
        endpoint: config.text('http_endpoint') ?? '',
        sample_ratio: config.number('sample_ratio') ?? 0.001,
        ...(name !== undefined && { service_name: name }),
      },
    };
  },
};

function secondsOf(milliseconds: number | undefined): number {
  return Math.max(1, Math.round((milliseconds ?? 10_000) / 1_000));
}
