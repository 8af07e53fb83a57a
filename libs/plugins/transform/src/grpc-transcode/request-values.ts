import { grouped, type RequestView } from '@sluice/plugin-kit';

type Values = Readonly<Record<string, unknown>>;

/** Bytes of a body that becomes a message. gRPC servers take 4 MiB unless told otherwise. */
const bodyBytesMax = 16 * 1024 * 1024;

/** Why there are no values. */
export type NoValues = 'unreadable' | 'too long';

/**
 * What a request says: the JSON object or the form in its body, or the arguments of its query where there is no body. A POST
 * is asked for its body alone.
 */
export function requestValues(request: RequestView): Values | Promise<Values | NoValues> {
  const isByBody = request.method === 'POST' || (request.hasBody && request.bodyLength !== 0);
  return isByBody ? bodyValues(request) : grouped(new URLSearchParams(request.query));
}

async function bodyValues(request: RequestView): Promise<Values | NoValues> {
  const bytes = await request.readBody(bodyBytesMax);
  if (bytes === null) return 'too long';
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  const isJson = request.headers.get('content-type')?.toLowerCase().includes('application/json') === true;
  return isJson ? jsonValues(text) : grouped(new URLSearchParams(text));
}

function jsonValues(text: string): Values | NoValues {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : 'unreadable';
  } catch {
    return 'unreadable';
  }
}
