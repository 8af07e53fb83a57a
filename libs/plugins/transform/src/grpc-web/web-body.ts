import { type BodyTransform, Refusal, type Reply, type ResponseView } from '@sluice/plugin-kit';

const headBytes = 5;
/** Marks the frame behind the messages (gRPC-Web, "Trailers are sent as part of the body"). */
const trailerFlag = 0x80;
const statusNames = new Set(['grpc-status', 'grpc-message']);

/** Bytes out of Base64; undefined where the text is none. */
export function bytesOfText(body: Uint8Array): Buffer | undefined {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1').trim();
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** Refuses a body that turns out longer than it may be. */
export function limited(bytesMax: number, refusal: Reply): BodyTransform {
  let size = 0;
  return {
    keepsBytes: true,
    chunk(data) {
      size += data.length;
      if (size > bytesMax) throw new Refusal(refusal);
      return data;
    },
    end: () => undefined,
  };
}

/** Passes messages on as they are, or each piece in Base64, and puts what gRPC sends as trailers behind them. */
export function webBody(response: ResponseView, isText: boolean): BodyTransform {
  const written = (data: Uint8Array): Uint8Array =>
    isText ? Buffer.from(Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64')) : data;
  return {
    chunk: written,
    // A status in the head is all there is: a client reads it from there.
    end: () => (response.headers.has('grpc-status') ? undefined : written(trailerFrame(response))),
  };
}

function trailerFrame({ trailers }: ResponseView): Buffer {
  const status = trailers.get('grpc-status');
  const lines =
    status === undefined
      ? 'grpc-status:2\r\ngrpc-message:upstream grpc status not received\r\n'
      : `grpc-status:${status}\r\ngrpc-message:${trailers.get('grpc-message') ?? ''}\r\n`;
  let text = lines;
  for (const [name, value] of trailers.entries()) {
    if (!statusNames.has(name.toLowerCase())) text += `${name.toLowerCase()}:${value}\r\n`;
  }
  const bytes = Buffer.from(text, 'latin1');
  const head = Buffer.alloc(headBytes);
  head[0] = trailerFlag;
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
