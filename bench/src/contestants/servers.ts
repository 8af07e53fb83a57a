import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { freePorts } from '@sluice/testing/free-port';
import { cores } from '../measure/command.ts';
import type { Certificate } from './certificate.ts';
import { type NginxProcess, startNginx } from './nginx.ts';

const kibibyte = 'x'.repeat(1024);

/** The upstream of all contestants: an nginx on the core of the load. */
export interface Upstream extends NginxProcess {
  /** Two addresses of it, so that an upstream can have two nodes. */
  readonly nodes: readonly [string, string];
}

/** Path of a download of 1 MiB. */
export const downloadPath = '/download.bin';
/** Path that takes an upload, to its last byte. */
export const uploadPath = '/upload';

/** Starts the upstream: 1 KiB at every path, 1 MiB at one, and one that reads what it is sent. */
export async function startUpstream(directory: string): Promise<Upstream> {
  const [port, sink] = await freePorts(2);
  await writeFile(join(directory, downloadPath), randomBytes(1024 * 1024));
  const servers = `
  server { listen 127.0.0.1:${sink}; client_max_body_size 0; location / { return 200 "taken"; } }
  server {
    listen 127.0.0.1:${port}; listen 127.0.0.2:${port};
    location / { return 200 "${kibibyte}"; }
    location = ${downloadPath} { root ${directory}; }
    location = ${uploadPath} {
      client_max_body_size 0; client_body_buffer_size 2m; proxy_pass http://127.0.0.1:${sink};
    }
  }`;
  const nginx = await startNginx(cores.load, join(directory, 'upstream'), servers, `http://127.0.0.1:${port}/`);
  return { ...nginx, nodes: [`127.0.0.1:${port}`, `127.0.0.2:${port}`] };
}

/** A proxy to compare with. */
export interface NginxProxy extends NginxProcess {
  readonly url: string;
}

/**
 * Starts the reference: nginx that passes everything on, with kept upstream connections, and streams bodies. With a
 * certificate it speaks TLS.
 */
export async function startNginxProxy(directory: string, node: string, certificate?: Certificate): Promise<NginxProxy> {
  const [port, probePort] = await freePorts(2);
  const url = certificate ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  const tls = certificate
    ? `ssl_certificate ${certificate.certPath}; ssl_certificate_key ${certificate.keyPath}; ssl_protocols TLSv1.2 TLSv1.3;`
    : '';
  const servers = `
  upstream origin { server ${node}; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port}${certificate ? ' ssl' : ''}; listen 127.0.0.1:${probePort};
    ${tls}
    client_max_body_size 0;
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $host;
      proxy_set_header X-Forwarded-Port $server_port;
      proxy_request_buffering off;
      proxy_max_temp_file_size 0;
    }
  }`;
  const probe = `http://127.0.0.1:${probePort}/`;
  const nginx = await startNginx(cores.measured, join(directory, 'nginx-proxy'), servers, probe);
  return { ...nginx, url };
}
