import type { OutgoingHttpHeaders } from 'node:http2';

const ok = 0;
const unknown = 2;

/** gRPC's status for an answer that the gateway gives itself (gRPC, "HTTP to gRPC Status Code Mapping"). */
const grpcStatuses: Readonly<Record<number, number | undefined>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  408: 4,
  413: 8,
  429: 8,
  499: 1,
  500: 13,
  502: 14,
  503: 14,
  504: 4,
};

const messageBytesMax = 1024;

/** Whether a request is a gRPC call, by its content type. */
export function isGrpc(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/grpc(?:$|[+; ])/i.test(contentType);
}

/**
 * The trailers-only form of an answer: a gRPC client looks at `grpc-status`, and takes any other body for a broken message.
 */
export function grpcFields(status: number, body: string): OutgoingHttpHeaders {
  return {
    'content-type': 'application/grpc',
    'grpc-status': String(status < 300 ? ok : (grpcStatuses[status] ?? unknown)),
    'grpc-message': percentEncoded(messageOf(status, body)),
  };
}

/** What a plugin's JSON says, or else the status alone. */
function messageOf(status: number, body: string): string {
  try {
    const { message, error_msg: error = message } = JSON.parse(body) as Record<string, unknown>;
    if (typeof error === 'string') return error.slice(0, messageBytesMax);
  } catch {
    // A page for browsers: its status says as much.
  }
  return `the gateway answered ${status}`;
}

/** Printable ASCII stays, everything else is escaped (gRPC over HTTP/2, Status-Message). */
function percentEncoded(text: string): string {
  return Array.from(Buffer.from(text), (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
